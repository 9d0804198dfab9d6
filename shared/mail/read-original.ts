import { hash } from 'node:crypto';
import type { Address } from '../domain/address.ts';
import type { OriginalFacts, TraceField } from '../domain/original.ts';
import { readAddressList } from './address-list.ts';
import type { Anomalies } from './anomaly.ts';
import { attachmentParts } from './attachment-parts.ts';
import { decodeLeniently } from './charset.ts';
import { readDateField } from './date-field.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { canonicalForm, exactCanonicalForm, fingerprintOf } from './fingerprint.ts';
import type { HeaderField, HeaderSection } from './header-section.ts';
import { collapseWhitespace, firstField, unfoldedBytes, unfoldedValue } from './header-value.ts';
import { MAX_ADDRESSES, MAX_SUBJECT_LENGTH, MAX_TRACE_FIELDS } from './limits.ts';
import { charsetOfFirstText, decodeRawTextAs } from './raw-text.ts';
import { type MessageParts, readParts } from './read-parts.ts';

const TRACE_NAMES = new Set<string>([
  'received',
  'delivered-to',
  'x-original-to',
  'x-gm-original-to',
  'return-path',
] satisfies TraceField['name'][]);

/**
 * Reads everything filing and lists need of an original in one pass: in time linear in its size, without ever throwing.
 * `parts` saves taking the bytes apart again. `undefined` where there is not a single header field (RFC 5322, 2.2):
 * such bytes are no message.
 */
export function readOriginal(bytes: Uint8Array, parts: MessageParts = readParts(bytes)): OriginalFacts | undefined {
  const { root, anomalies } = parts;
  if (root.section.fields.length === 0) return undefined;

  const contentHash = hash('sha256', bytes, 'hex');
  const header = readHeader(root.section, charsetOfFirstText(root), anomalies);
  const form = canonicalForm(root, anomalies);
  return {
    contentHash,
    sizeBytes: bytes.byteLength,
    fingerprint: fingerprintOf(anomalies.any ? exactCanonicalForm(contentHash) : form),
    anomalies: anomalies.list,
    ...header,
    attachmentCount: attachmentParts(root).length,
  };
}

type HeaderFacts = Omit<OriginalFacts, 'contentHash' | 'sizeBytes' | 'fingerprint' | 'anomalies' | 'attachmentCount'>;

function readHeader(section: HeaderSection, charset: string, anomalies: Anomalies): HeaderFacts {
  const addresses = new AddressFields(section, charset, anomalies);
  const messageId = valueOfFirst(section, 'message-id');
  const date = readDateField(valueOfFirst(section, 'date'));
  return {
    ...(messageId !== '' && { messageId }),
    ...(date && { date }),
    from: addresses.of('from'),
    sender: addresses.of('sender'),
    to: addresses.of('to'),
    cc: addresses.of('cc'),
    bcc: addresses.of('bcc'),
    resentFrom: addresses.of('resent-from', 'resent-sender'),
    resentTo: addresses.of('resent-to', 'resent-cc', 'resent-bcc'),
    subject: readSubject(section, charset),
    isSigned: section.fields.some(({ name }) => name === 'dkim-signature' || name === 'arc-seal'),
    trace: readTrace(section, anomalies),
  };
}

/** The first Subject field, decoded and unfolded; `charset` is that of raw bytes. An empty string where there is none. */
export function readSubject(section: HeaderSection, charset: string): string {
  const field = firstField(section, 'subject');
  if (field === undefined) return '';
  const decoded = decodeEncodedWords(decodeRawTextAs(unfoldedBytes(section, field), charset), decodeLeniently);
  return collapseWhitespace(decoded.replace(/[\r\n]+/g, ' ')).slice(0, MAX_SUBJECT_LENGTH);
}

function readTrace(section: HeaderSection, anomalies: Anomalies): TraceField[] {
  const trace: TraceField[] = [];
  for (const field of section.fields) {
    if (!isTraceName(field.name)) continue;
    if (trace.length >= MAX_TRACE_FIELDS) {
      anomalies.add('too_many_trace_fields');
      break;
    }
    trace.push({ name: field.name, value: unfoldedValue(section, field) });
  }
  return trace;
}

function isTraceName(name: string): name is TraceField['name'] {
  return TRACE_NAMES.has(name);
}

function valueOfFirst(section: HeaderSection, name: string): string {
  const field = firstField(section, name);
  return field === undefined ? '' : unfoldedValue(section, field);
}

/** Reads address fields of one header section, all of them within one limit. */
class AddressFields {
  readonly #section: HeaderSection;
  /** In which raw bytes most likely are. */
  readonly #charset: string;
  readonly #anomalies: Anomalies;
  #left = MAX_ADDRESSES;

  constructor(section: HeaderSection, charset: string, anomalies: Anomalies) {
    this.#section = section;
    this.#charset = charset;
    this.#anomalies = anomalies;
  }

  of(...names: readonly string[]): Address[] {
    const addresses: Address[] = [];
    for (const field of this.#section.fields) {
      if (!names.includes(field.name)) continue;
      const read = readAddressList(this.#valueOf(field), this.#left);
      this.#left -= read.length;
      if (this.#left <= 0) this.#anomalies.add('too_many_addresses');
      for (const address of read) addresses.push(address);
    }
    return addresses;
  }

  #valueOf(field: HeaderField): string {
    return collapseWhitespace(decodeRawTextAs(unfoldedBytes(this.#section, field), this.#charset));
  }
}
