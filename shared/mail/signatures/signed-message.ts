import { setImmediate } from 'node:timers/promises';
import { Anomalies } from '../anomaly.ts';
import { type HeaderField, type HeaderSection, headerLimits, readHeaderSection } from '../header-section.ts';
import { unfoldedBytes } from '../header-value.ts';
import { findMessageStart } from '../message-start.ts';
import {
  MAX_BLANKS_IN_A_ROW,
  MAX_BODY_LINE_BYTES,
  MAX_SIGNATURE_FIELD_BYTES,
  MAX_SIGNATURES,
  MAX_SIGNED_HEADER_BYTES,
  MAX_SIGNED_HEADER_LINES,
} from './signature-limits.ts';
import { type SignatureKind, type SignatureTags, signatureTags } from './signature-tags.ts';

/** A DKIM-Signature or ARC-Seal field (RFC 6376, 3.5; RFC 8617, 4.1.3). */
export interface SignatureField extends SignatureTags {
  readonly kind: SignatureKind;
  /** Whether it is among those that are verified. */
  readonly isWithinLimits: boolean;
}

/** Thrown where the body has a line too long to be verified. */
class EndlessLineError extends Error {
  override readonly name = 'EndlessLineError';
}

const LF = 0x0a;
/** So much is hashed at a time, before others have their turn. */
const CHUNK_BYTES = 256 * 1024;
const BLANKS = new RegExp(`[ \\t\\r\\n]{${MAX_BLANKS_IN_A_ROW + 1}}`);
/** Beyond this, signatures that are not verified are not listed either. */
const MAX_LISTED = 2 * MAX_SIGNATURES;
/** Where header sections are told apart from bodies differently by different readers. */
const UNREADABLE = new Set<string>([
  'line_without_field',
  'no_blank_line',
  'too_large_header_section',
  'too_many_fields',
]);
const ARC_FIELDS = new Set(['arc-seal', 'arc-message-signature', 'arc-authentication-results']);

/** A message as it is handed to whoever verifies its signatures: within limits, with CRLF line ends. */
export class SignedMessage {
  /** In the order of the header section. */
  readonly signatures: readonly SignatureField[];
  /** Whether any signature may be verified. */
  readonly isReadable: boolean;
  /** How many From fields there are: a signature says nothing of a second one. */
  readonly fromFields: number;
  readonly #section: HeaderSection;
  readonly #header: Buffer;

  /** `wants` leaves out DKIM signatures of other domains (lower case), before they are counted. */
  constructor(bytes: Uint8Array, wants: (domain: string) => boolean = () => true) {
    const anomalies = new Anomalies();
    const { source, start } = findMessageStart(bytes, anomalies);
    const section = readHeaderSection(source, start, source.length, headerLimits(anomalies), undefined);
    this.#section = section;
    this.#header = Buffer.from(source.subarray(start, section.bodyStart));
    this.isReadable = !anomalies.list.some((anomaly) => UNREADABLE.has(anomaly)) && isBounded(this.#header);
    this.fromFields = section.fields.filter(({ name }) => name === 'from').length;
    this.signatures = this.#choose(start, wants);
  }

  /** The header section and the body, cut at line ends. Throws `EndlessLineError`, and where `signal` says so. */
  async *chunks(signal: AbortSignal): AsyncIterable<Buffer> {
    yield withCrlf(this.#header);
    const { source, bodyStart } = this.#section;
    for (let at = bodyStart; at < source.length; ) {
      const end = endOfChunk(source, at);
      yield withCrlf(source.subarray(at, end));
      at = end;
      await setImmediate();
      signal.throwIfAborted();
    }
  }

  /** Lists the signatures, and takes from the header section the names of those that are not to be verified. */
  #choose(start: number, wants: (domain: string) => boolean): readonly SignatureField[] {
    const { fields } = this.#section;
    const seals = fields.filter(({ name }) => ARC_FIELDS.has(name));
    const areSealsBounded =
      seals.length <= MAX_SIGNATURES * ARC_FIELDS.size &&
      seals.every((field) => field.name === 'arc-authentication-results' || isSmall(field));
    const signatures: SignatureField[] = [];
    let count = 0;
    for (const field of fields) {
      if (field.name === 'dkim-signature') {
        const tags = signatureTags(unfoldedBytes(this.#section, field));
        const isWanted = wants(tags.domain.toLowerCase());
        if (isWanted && isSmall(field)) count += 1;
        const isWithinLimits = isWanted && isSmall(field) && count <= MAX_SIGNATURES;
        const isListed = isWithinLimits || (isWanted && signatures.length < MAX_LISTED);
        if (isListed) signatures.push({ kind: 'dkim', ...tags, isWithinLimits });
        if (!isWithinLimits) this.#hide(field, start);
      } else if (ARC_FIELDS.has(field.name)) {
        if (field.name === 'arc-seal' && (areSealsBounded || signatures.length < MAX_LISTED)) {
          const tags = signatureTags(unfoldedBytes(this.#section, field));
          signatures.push({ kind: 'arc', ...tags, isWithinLimits: areSealsBounded });
        }
        if (!areSealsBounded) this.#hide(field, start);
      }
    }
    return signatures;
  }

  /** A field of another name is nothing to verify; signatures over it fail. */
  #hide(field: HeaderField, start: number): void {
    const nameAt = this.#section.source.lastIndexOf(LF, field.valueStart - 1) + 1;
    this.#header[Math.max(0, nameAt - start)] = 0x58;
  }
}

function isSmall({ valueStart, valueEnd }: HeaderField): boolean {
  return valueEnd - valueStart <= MAX_SIGNATURE_FIELD_BYTES;
}

function isBounded(header: Buffer): boolean {
  if (header.length > MAX_SIGNED_HEADER_BYTES) return false;
  const text = header.toString('latin1');
  return text.split('\n').length <= MAX_SIGNED_HEADER_LINES && !BLANKS.test(text);
}

function endOfChunk(source: Buffer, at: number): number {
  if (source.length - at <= CHUNK_BYTES) return source.length;
  const last = source.lastIndexOf(LF, at + CHUNK_BYTES - 1);
  if (last >= at) return last + 1;
  const next = source.subarray(at, at + MAX_BODY_LINE_BYTES).indexOf(LF);
  if (next < 0) throw new EndlessLineError();
  return at + next + 1;
}

/** Mail that lost its CRs on the way was signed with them: SMTP knows no other line end (RFC 5321, 2.3.8). */
function withCrlf(chunk: Buffer): Buffer {
  const text = chunk.toString('latin1');
  return Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
}
