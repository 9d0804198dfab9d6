import type { Anomalies } from './anomaly.ts';
import { MAX_FIELDS, MAX_HEADER_SECTION_BYTES } from './limits.ts';

/** A header field (RFC 5322, 2.2) as offsets into the buffer that holds it; `valueEnd` excludes the last line end. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The header section of a message or part; its body begins at `bodyStart`. */
export interface HeaderSection {
  readonly source: Buffer;
  readonly fields: readonly HeaderField[];
  readonly bodyStart: number;
}

/** What reading shares over all header sections of one message. */
export interface HeaderLimits {
  readonly anomalies: Anomalies;
  fieldsLeft: number;
}

/** Tells whether the line from `start` to `end` ends this header section because it is a multipart delimiter. */
export type EndsAtLine = (start: number, end: number) => boolean;

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const DASH = 0x2d;

export function headerLimits(anomalies: Anomalies): HeaderLimits {
  return { anomalies, fieldsLeft: MAX_FIELDS };
}

/**
 * Reads the header section that begins at `start`, in one pass over its lines: up to the empty line, or `end`, or a
 * line that `endsAtLine` knows. Lines that are no field are skipped where fields follow; at the end of the section
 * they are where the body begins, as in mail whose empty line was lost.
 */
export function readHeaderSection(
  source: Buffer,
  start: number,
  end: number,
  limits: HeaderLimits,
  endsAtLine: EndsAtLine | undefined,
): HeaderSection {
  const { anomalies } = limits;
  const fields: HeaderField[] = [];
  const sizeEnd = Math.min(end, start + MAX_HEADER_SECTION_BYTES);
  let name = '';
  let valueStart = 0;
  let valueEnd = -1;
  let junkStart = -1;
  let junkInside = false;
  let position = start;
  let bodyStart = -1;

  while (position < end) {
    if (position >= sizeEnd) {
      anomalies.add('too_large_header_section');
      bodyStart = position;
      break;
    }
    const found = source.indexOf(LF, position);
    const next = found < 0 || found >= end ? end : found + 1;
    const lineEnd = withoutLineEnd(source, position, next);
    const first = source[position];
    if (lineEnd === position) {
      bodyStart = next;
      break;
    }
    if (first === DASH && endsAtLine?.(position, lineEnd)) {
      bodyStart = position;
      break;
    }
    if (first === 0x20 || first === 0x09) {
      if (isWhitespace(source, position, lineEnd)) anomalies.add('whitespace_line_in_header');
      if (valueEnd >= 0) valueEnd = lineEnd;
      else if (junkStart < 0) junkStart = position;
    } else {
      const colon = endOfFieldName(source, position, lineEnd);
      if (valueEnd >= 0) fields.push({ name, valueStart, valueEnd });
      valueEnd = -1;
      if (colon < 0) {
        if (junkStart < 0) junkStart = position;
      } else if (limits.fieldsLeft > 0) {
        limits.fieldsLeft--;
        if (junkStart >= 0) junkInside = true;
        junkStart = -1;
        name = fieldName(source, position, colon);
        valueStart = colon + 1;
        valueEnd = lineEnd;
      } else {
        anomalies.add('too_many_fields');
        junkStart = -1;
      }
    }
    position = next;
  }
  if (valueEnd >= 0) fields.push({ name, valueStart, valueEnd });
  if (junkInside) anomalies.add('line_without_field');
  if (junkStart >= 0) {
    anomalies.add('no_blank_line');
    bodyStart = junkStart;
  }
  return { source, fields, bodyStart: bodyStart < 0 ? end : bodyStart };
}

/** The offset of the colon after a field name (RFC 5322, 3.6.8; whitespace before the colon as in 4.5.8), or -1. */
function endOfFieldName(source: Buffer, start: number, end: number): number {
  let index = start;
  let byte = 0;
  for (; index < end; index++) {
    byte = source[index] ?? 0;
    if (byte <= 0x20 || byte >= 0x7f || byte === COLON) break;
  }
  if (index === start) return -1;
  while (index < end && (byte === 0x20 || byte === 0x09)) byte = source[++index] ?? 0;
  return index < end && byte === COLON ? index : -1;
}

function fieldName(source: Buffer, start: number, colon: number): string {
  return source.toString('latin1', start, colon).trimEnd().toLowerCase();
}

function withoutLineEnd(source: Buffer, start: number, next: number): number {
  let end = next;
  if (end > start && source[end - 1] === LF) end--;
  if (end > start && source[end - 1] === CR) end--;
  return end;
}

function isWhitespace(source: Buffer, start: number, end: number): boolean {
  for (let index = end - 1; index >= start; index--) {
    const byte = source[index];
    if (byte !== 0x20 && byte !== 0x09) return false;
  }
  return true;
}
