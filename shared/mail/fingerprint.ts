import { hash } from 'node:crypto';
import type { Anomalies } from './anomaly.ts';
import { canonicalValue, fingerprintFields, hasRepeatedSingleton } from './canonical-fields.ts';
import { CanonicalWriter } from './canonical-writer.ts';
import { decodeStrictly } from './charset.ts';
import { filenamesOf } from './filename.ts';
import type { HeaderField, HeaderSection } from './header-section.ts';
import { collapseWhitespace, decodeRawBytes, firstField, unfoldedBytes } from './header-value.ts';
import { canonicalContent, charsetOf, decodedContent } from './leaf-content.ts';
import type { Part } from './part.ts';

/** The version of the rule in docs/fingerprint.md that this file implements. */
const FINGERPRINT_VERSION = 1;

/** Fields of a nested message that hold boundaries and transfer encodings; what counts of them is in its tree. */
const TOLD_BY_TREE = new Set(['content-type', 'content-transfer-encoding']);

const RULE = `letterlock-fingerprint-${FINGERPRINT_VERSION}`;

/**
 * The bytes a fingerprint is the SHA-256 of, by docs/fingerprint.md: what people see of the message. What speaks
 * against trusting that is added to `anomalies`; with any of them, only `exactCanonicalForm` may be used.
 */
export function canonicalForm(root: Part, anomalies: Anomalies): CanonicalWriter {
  const writer = new CanonicalWriter();
  writer.item('V', RULE);
  const fields = fingerprintFields(root.section);
  for (const field of fields) writeField(writer, root.section, field);
  for (const name of ['message-id', 'date'] as const) {
    const field = firstField(root.section, name);
    if (field === undefined || canonicalValue(root.section, field) === '') {
      anomalies.add(name === 'date' ? 'no_date' : 'no_message_id');
    }
  }
  checkSection(root.section, anomalies);
  writePart(writer, root, anomalies);
  return writer;
}

/** The canonical form of a message that only identical bytes equal. */
export function exactCanonicalForm(contentHash: string): CanonicalWriter {
  const writer = new CanonicalWriter();
  writer.item('V', RULE);
  writer.item('E', contentHash);
  return writer;
}

/** `<version>-<64 hex digits>` over a canonical form. */
export function fingerprintOf(form: CanonicalWriter): string {
  return `${FINGERPRINT_VERSION}-${form.digest()}`;
}

function writeField(writer: CanonicalWriter, section: HeaderSection, field: HeaderField): void {
  writer.item('H', `${field.name}:${canonicalValue(section, field)}`);
}

function writePart(writer: CanonicalWriter, part: Part, anomalies: Anomalies): void {
  writer.item('T', part.type);
  if (part.kind === 'multipart') {
    if (part.type === 'multipart/related')
      writer.item('S', decodeRawBytes(part.contentType.parameters.get('start') ?? ''));
    writer.item('(', '');
    part.children.forEach((child, index) => {
      if (index === 0 && part.type === 'multipart/signed') writer.item('X', exactDigest(child));
      else writePart(writer, child, anomalies);
    });
    writer.item(')', '');
    return;
  }
  for (const name of filenamesOf(part, decodeStrictly)) writer.item('N', name);
  writer.item('D', part.disposition?.value ?? '');
  writer.item('I', fieldValue(part.section, 'content-id'));
  if (part.kind === 'leaf') writeLeaf(writer, part, anomalies);
  else for (const message of part.children) writeNested(writer, message, anomalies);
}

function writeNested(writer: CanonicalWriter, message: Part, anomalies: Anomalies): void {
  writer.item('[', '');
  checkSection(message.section, anomalies);
  for (const field of message.section.fields) {
    if (!TOLD_BY_TREE.has(field.name)) writeField(writer, message.section, field);
  }
  writePart(writer, message, anomalies);
  writer.item(']', '');
}

function writeLeaf(writer: CanonicalWriter, part: Part, anomalies: Anomalies): void {
  if (part.type.startsWith('message/')) {
    const names = [...part.contentType.parameters.keys()].sort();
    for (const name of names) {
      writer.item('P', decodeRawBytes(`${name}=${part.contentType.parameters.get(name) ?? ''}`));
    }
  }
  const { content, anomaly } = decodedContent(part);
  if (anomaly) anomalies.add(anomaly);
  const { kind, bytes } = canonicalContent(part, content);
  if (kind === 'labelled') writer.item('L', decodeRawBytes(charsetOf(part)));
  writer.item(kind === 'text' ? 'U' : kind === 'labelled' ? 'R' : 'B', hash('sha256', bytes, 'hex'));
}

/** The signed part of a multipart/signed, header section and all (RFC 1847, 2.1). */
function exactDigest(part: Part): string {
  return hash('sha256', part.section.source.subarray(part.start, part.bodyEnd), 'hex');
}

function fieldValue(section: HeaderSection, name: string): string {
  const field = firstField(section, name);
  if (field === undefined) return '';
  return collapseWhitespace(decodeRawBytes(unfoldedBytes(section, field)));
}

/** What makes a header section read differently from one mail program to the next. */
function checkSection(section: HeaderSection, anomalies: Anomalies): void {
  if (hasRepeatedSingleton(section)) anomalies.add('repeated_singleton_field');
  for (const { valueStart, valueEnd } of section.fields) {
    const raw = section.source.toString('latin1', valueStart, valueEnd);
    if (raw.includes('\0')) anomalies.add('nul_in_header');
    if (raw.includes('\r') && /\r(?!\n)/.test(raw)) anomalies.add('bare_cr_in_header');
  }
}
