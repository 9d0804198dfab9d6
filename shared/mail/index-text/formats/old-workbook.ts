import type { Extraction } from '../extraction.ts';
import { readCompoundFile } from './compound-file.ts';
import { NumberFormats } from './number-formats.ts';
import { OldStrings } from './old-strings.ts';

const RECORD = {
  formula: 0x0006,
  header: 0x0014,
  footer: 0x0015,
  filePassword: 0x002f,
  continue: 0x003c,
  sheet: 0x0085,
  multipleNumbers: 0x00bd,
  richLabel: 0x00d6,
  style: 0x00e0,
  sharedStrings: 0x00fc,
  sharedLabel: 0x00fd,
  textObject: 0x01b6,
  number: 0x0203,
  label: 0x0204,
  formulaString: 0x0207,
  packedNumber: 0x027e,
  format: 0x041e,
} as const;
const BEGIN = 0x0809;
const BIFF_8 = 0x0600;

/**
 * The text of an Excel workbook of versions 5 to 2003 [MS-XLS]: names of sheets, cells row by row as they are shown,
 * comments and text boxes.
 */
export function readOldWorkbook(file: Buffer, extraction: Extraction): void {
  const streams = readCompoundFile(file)?.streams;
  const stream = (streams?.get('Workbook') ?? streams?.get('Book'))?.();
  // The oldest are a stream of records without a file around it.
  const records = stream ?? (file.length > 8 && (file[1] ?? 0) >= 2 && file[0] === 9 ? file : undefined);
  if (records === undefined) {
    extraction.unreadable('damaged');
    return;
  }
  const reader = new WorkbookReader(extraction);
  for (let at = 0; at + 4 <= records.length; ) {
    const type = records.readUInt16LE(at);
    const end = at + 4 + records.readUInt16LE(at + 2);
    const pieces = [records.subarray(at + 4, end)];
    at = end;
    while (at + 4 <= records.length && records.readUInt16LE(at) === RECORD.continue) {
      const next = at + 4 + records.readUInt16LE(at + 2);
      pieces.push(records.subarray(at + 4, next));
      at = next;
    }
    if (extraction.isDone || !reader.take(type, pieces)) return;
  }
}

class WorkbookReader {
  readonly #extraction: Extraction;
  readonly #formats = new NumberFormats();
  #strings: readonly string[] = [];
  #isUnicode = true;
  #row = -1;

  constructor(extraction: Extraction) {
    this.#extraction = extraction;
  }

  /** False where reading ends. */
  take(type: number, pieces: readonly Buffer[]): boolean {
    const [data = Buffer.alloc(0)] = pieces;
    switch (type) {
      case BEGIN:
        if (data.length >= 2) this.#isUnicode = data.readUInt16LE(0) >= BIFF_8;
        break;
      case RECORD.filePassword:
        this.#extraction.unreadable('password');
        return false;
      case RECORD.sharedStrings:
        this.#strings = new OldStrings(pieces).shared();
        break;
      case RECORD.sheet:
        this.#extraction.line(this.#short(data.subarray(6)));
        break;
      case RECORD.format:
        if (data.length > 2) this.#formats.define(data.readUInt16LE(0), this.#long(data.subarray(2)));
        break;
      case RECORD.style:
        if (data.length >= 4) this.#formats.addStyle(data.readUInt16LE(2));
        break;
      case RECORD.textObject:
        if (pieces[1]) this.#extraction.line(textOfPiece(pieces[1]));
        break;
      case RECORD.header:
      case RECORD.footer:
        // What begins with & is formatting.
        if (data.length > 2) this.#extraction.line(this.#long(data).replace(/&("[^"]*"|\d+|[A-Z])/g, ' '));
        break;
      case RECORD.formulaString:
        this.#extraction.add(`${this.#long(data)}\t`);
        break;
      default:
        this.#cell(type, data);
    }
    return true;
  }

  #cell(type: number, data: Buffer): void {
    if (data.length < 6) return;
    const style = data.readUInt16LE(4);
    if (type === RECORD.sharedLabel && data.length >= 10) {
      this.#show(data, this.#strings[data.readUInt32LE(6)] ?? '');
    } else if (type === RECORD.label || type === RECORD.richLabel) this.#show(data, this.#long(data.subarray(6)));
    else if (type === RECORD.number && data.length >= 14) this.#number(data, data.readDoubleLE(6), style);
    else if (type === RECORD.packedNumber && data.length >= 10)
      this.#number(data, unpacked(data.readUInt32LE(6)), style);
    // The value of a formula that gives no number stands in a record of its own, or is none.
    else if (type === RECORD.formula && data.length >= 14 && data.readUInt16LE(12) !== 0xffff) {
      this.#number(data, data.readDoubleLE(6), style);
    } else if (type === RECORD.multipleNumbers) {
      for (let at = 4; at + 6 <= data.length - 2; at += 6) {
        this.#number(data, unpacked(data.readUInt32LE(at + 2)), data.readUInt16LE(at));
      }
    }
  }

  #number(data: Buffer, value: number, style: number): void {
    if (Number.isFinite(value)) this.#show(data, this.#formats.shown(value, style));
  }

  #show(data: Buffer, text: string): void {
    const row = data.readUInt16LE(0);
    if (row !== this.#row) this.#extraction.add('\n');
    this.#row = row;
    if (text !== '') this.#extraction.add(`${text}\t`);
  }

  /** A string whose length takes one byte. */
  #short(data: Buffer): string {
    return new OldStrings([data]).single(1, this.#isUnicode);
  }

  #long(data: Buffer): string {
    return new OldStrings([data]).single(2, this.#isUnicode);
  }
}

/** Text that begins with a byte which says how wide its characters are. */
function textOfPiece(piece: Buffer): string {
  return piece.toString((piece[0] ?? 0) & 1 ? 'utf16le' : 'latin1', 1);
}

/** A number in 30 bits [MS-XLS, 2.5.122]. */
function unpacked(packed: number): number {
  const isHundredfold = (packed & 1) !== 0;
  let value: number;
  if ((packed & 2) !== 0) value = (packed | 0) >> 2;
  else {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE((packed & ~3) >>> 0, 4);
    value = bytes.readDoubleLE(0);
  }
  return isHundredfold ? value / 100 : value;
}
