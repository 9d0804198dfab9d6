import type { Extraction } from '../extraction.ts';
import { readCompoundFile } from './compound-file.ts';

const SIGNATURES = new Set([0xa5ec, 0xa5dc]);
const FLAGS_AT = 0x0a;
const ENCRYPTED = 0x0100;
const SECOND_TABLE = 0x0200;
/** The first version whose text lies in pieces that a table in another stream lists. */
const WORD_97 = 0x00c1;
const TEXT_START_AT = 0x18;
const TEXT_END_AT = 0x1c;
const PIECES_AT = 0x01a2;
const FIB_BYTES = 0x01aa;
const FORMATTING = 1;
const PIECE_TABLE = 2;
const PIECE_BYTES = 8;
const ONE_BYTE = 0x40000000;
// Control characters that mark fields, ends of paragraphs and pages, and places of pictures and notes [MS-DOC, 2.4.1].
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the format has
const FIELD_CODES = /\x13[^\x13-\x15]*\x14?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the format has
const LINE_ENDS = /[\r\x0b\x0c\x0e]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the format has
const PLACES = /[\x00-\x08\x0f-\x1f]/g;
const WINDOWS_1252 = new TextDecoder('windows-1252');

/** The text of a Word document of versions 6 to 2003 [MS-DOC]: body, notes, headers, comments, text boxes. */
export function readWordDocument(file: Buffer, extraction: Extraction): void {
  const streams = readCompoundFile(file)?.streams;
  const document = streams?.get('WordDocument')?.();
  if (document === undefined || document.length < FIB_BYTES || !SIGNATURES.has(document.readUInt16LE(0))) {
    extraction.unreadable('damaged');
    return;
  }
  const flags = document.readUInt16LE(FLAGS_AT);
  if ((flags & ENCRYPTED) !== 0) {
    extraction.unreadable('password');
    return;
  }
  if (document.readUInt16LE(2) < WORD_97) {
    const text = document.subarray(document.readUInt32LE(TEXT_START_AT), document.readUInt32LE(TEXT_END_AT));
    extraction.line(shownText(WINDOWS_1252.decode(text)));
    return;
  }
  const table = streams?.get((flags & SECOND_TABLE) === 0 ? '0Table' : '1Table')?.();
  const start = document.readUInt32LE(PIECES_AT);
  const pieces = table?.subarray(start, start + document.readUInt32LE(PIECES_AT + 4));
  if (pieces === undefined || pieces.length === 0) {
    extraction.unreadable('damaged');
    return;
  }
  extraction.line(shownText(textOfPieces(document, pieces, extraction)));
}

/** The pieces in their order [MS-DOC, 2.9.38], at most as many characters as the document has bytes. */
function textOfPieces(document: Buffer, table: Buffer, extraction: Extraction): string {
  let at = 0;
  while (at + 3 <= table.length && table[at] === FORMATTING) at += 3 + table.readUInt16LE(at + 1);
  if (at + 5 > table.length || table[at] !== PIECE_TABLE) {
    extraction.unreadable('damaged');
    return '';
  }
  const plc = table.subarray(at + 5, at + 5 + table.readUInt32LE(at + 1));
  const count = Math.floor((plc.length - 4) / (4 + PIECE_BYTES));
  const texts: string[] = [];
  let charactersLeft = document.length;
  for (let index = 0; index < count && charactersLeft > 0; index++) {
    const length = Math.min(plc.readUInt32LE((index + 1) * 4) - plc.readUInt32LE(index * 4), charactersLeft);
    if (length <= 0) continue;
    charactersLeft -= length;
    const location = plc.readUInt32LE((count + 1) * 4 + index * PIECE_BYTES + 2);
    const start = (location & ~ONE_BYTE) >>> 0;
    if ((location & ONE_BYTE) === 0) texts.push(document.toString('utf16le', start, start + length * 2));
    else texts.push(WINDOWS_1252.decode(document.subarray(start / 2, start / 2 + length)));
  }
  return texts.join('');
}

/** Without field codes (HYPERLINK …) and the places of pictures. */
function shownText(text: string): string {
  return text
    .replace(FIELD_CODES, '')
    .replace(LINE_ENDS, '\n')
    .replaceAll('\x07', '\t')
    .replaceAll('\x1e', '-')
    .replace(PLACES, '');
}
