import type { Extraction } from '../extraction.ts';
import { readCompoundFile } from './compound-file.ts';

const CONTAINER = 0xf;
const HEADER_BYTES = 8;
const WIDE_TEXT = 0x0fa0;
const NARROW_TEXT = 0x0fa8;
const SHORT_TEXT = 0x0fba;
const ENCRYPTION = 0x2f14;

/** The text of a PowerPoint presentation of versions 97 to 2003 [MS-PPT]: slides, notes, comments, masters. */
export function readOldPresentation(file: Buffer, extraction: Extraction): void {
  const document = readCompoundFile(file)?.streams.get('PowerPoint Document')?.();
  if (document === undefined) {
    extraction.unreadable('damaged');
    return;
  }
  const seen = new Set<string>();
  for (let at = 0; at + HEADER_BYTES <= document.length && !extraction.isDone; ) {
    const type = document.readUInt16LE(at + 2);
    const start = at + HEADER_BYTES;
    if (type === ENCRYPTION) {
      extraction.unreadable('password');
      return;
    }
    const end = start + document.readUInt32LE(at + 4);
    if (((document[at] ?? 0) & CONTAINER) === CONTAINER) {
      at = start;
      continue;
    }
    const text = textOf(type, document.subarray(start, end));
    // Each saving appends slides once more, and keeps the old ones.
    if (text !== '' && !seen.has(text)) extraction.line(text);
    seen.add(text);
    at = end;
  }
}

/** A paragraph ends in CR, a line within it in VT. */
function textOf(type: number, content: Buffer): string {
  if (type !== WIDE_TEXT && type !== NARROW_TEXT && type !== SHORT_TEXT) return '';
  const text = content.toString(type === NARROW_TEXT ? 'latin1' : 'utf16le');
  return text.replaceAll('\v', '\n').replaceAll('\r', '\n').trim();
}
