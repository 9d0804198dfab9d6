import type { Anomalies } from './anomaly.ts';

const LF = 0x0a;
const CR = 0x0d;
const MBOX_LINE = Buffer.from('From ');
const ESCAPED_MBOX_LINE = Buffer.from('>From ');
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** A message as the structure reader takes it. */
export interface ReadableMessage {
  /** Offsets are those of the original bytes. */
  readonly source: Buffer;
  /** Where the header section begins. */
  readonly start: number;
}

/**
 * Finds the header section of a message as stored: behind an mbox line (RFC 4155), a byte order mark or blank lines.
 * A message without a single LF, as old Macintosh programs stored them, is read with CR as its line end.
 */
export function findMessageStart(bytes: Uint8Array, anomalies: Anomalies): ReadableMessage {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = withLineFeeds(given, anomalies);
  let start = 0;
  if (startsWith(source, BYTE_ORDER_MARK, start)) {
    anomalies.add('byte_order_mark');
    start += BYTE_ORDER_MARK.length;
  }
  while (source[start] === LF || source[start] === CR) {
    anomalies.add('blank_line_at_start');
    start++;
  }
  while (isMboxLine(source, start)) {
    const lineEnd = source.indexOf(LF, start);
    start = lineEnd < 0 ? source.length : lineEnd + 1;
  }
  return { source, start };
}

function withLineFeeds(given: Buffer, anomalies: Anomalies): Buffer {
  if (given.includes(LF) || !given.includes(CR)) return given;
  anomalies.add('bare_cr_line_ends');
  const source = Buffer.from(given);
  for (let at = source.indexOf(CR); at >= 0; at = source.indexOf(CR, at + 1)) source[at] = LF;
  return source;
}

/** `From  :` is a field with blanks before its colon (RFC 5322, 4.5.2). */
function isMboxLine(source: Buffer, start: number): boolean {
  if (!startsWith(source, MBOX_LINE, start)) return startsWith(source, ESCAPED_MBOX_LINE, start);
  let at = start + MBOX_LINE.length;
  while (source[at] === 0x20 || source[at] === 0x09) at++;
  return source[at] !== 0x3a;
}

function startsWith(source: Buffer, prefix: Buffer, start: number): boolean {
  return source.length >= start + prefix.length && prefix.compare(source, start, start + prefix.length) === 0;
}
