import { crc32 } from 'node:zlib';
import { DamagedSegmentError } from '../../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { CheckedBytes } from './checked-bytes.ts';
import { FORMAT_VERSION, MAGIC_BYTES, PAGE_BYTES, TEXTS_MAGIC } from './format.ts';
import { pageChecksums } from './page-checksums.ts';
import { type ByteRange, readRanges } from './read-ranges.ts';
import type { SegmentBytes } from './segment.ts';

/** For each chunk where it begins (six bytes) and its CRC-32. */
const ROW_BYTES = 10;
/** Number of chunks, where the table begins, version, magic. */
const TAIL_BYTES = 4 + 8 + 4 + MAGIC_BYTES;
const TWO_32 = 2 ** 32;
/** From so many on, the table is read as a whole. */
const READ_ALL = 64;

/** Where a chunk of a text file is. */
export interface ChunkPlace {
  readonly start: number;
  readonly end: number;
  readonly checksum: number;
}

/** What stands behind the chunks of a text file, in the order of their documents. */
export function writeTextFileEnd(chunks: readonly { readonly length: number; readonly checksum: number }[]): {
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly textChecksum: number;
} {
  const table = new ByteWriter(chunks.length * ROW_BYTES + 64);
  let start = 0;
  for (const { length, checksum } of chunks) {
    table.uint32(start % TWO_32);
    table.byte(Math.floor(start / TWO_32));
    table.byte(Math.floor(start / TWO_32 / 256));
    table.uint32(checksum);
    start += length;
  }
  const end = new ByteWriter();
  for (const checksum of pageChecksums([table.view()])) end.uint32(checksum);
  end.uint32(chunks.length);
  end.uint32(start % TWO_32);
  end.uint32(Math.floor(start / TWO_32));
  end.uint32(FORMAT_VERSION);
  end.raw(new TextEncoder().encode(TEXTS_MAGIC));
  table.raw(end.view());
  const bytes = table.take();
  return { bytes, sizeBytes: start + bytes.length, textChecksum: crc32(end.view()) };
}

/** Reads a text file. Methods throw `DamagedSegmentError`. */
export class TextFile {
  readonly #bytes: SegmentBytes;
  readonly #table: CheckedBytes;
  readonly #tableStart: number;
  readonly #count: number;

  private constructor(bytes: SegmentBytes, table: CheckedBytes, tableStart: number, count: number) {
    this.#bytes = bytes;
    this.#table = table;
    this.#tableStart = tableStart;
    this.#count = count;
  }

  static async open(bytes: SegmentBytes, documentCount: number, textChecksum: number): Promise<TextFile> {
    const endBytes = Math.ceil((documentCount * ROW_BYTES) / PAGE_BYTES) * 4 + TAIL_BYTES;
    const tableStart = bytes.sizeBytes - endBytes - documentCount * ROW_BYTES;
    if (tableStart < 0) throw new DamagedSegmentError('the texts are too short');
    const end = await bytes.read(bytes.sizeBytes - endBytes, bytes.sizeBytes);
    if (crc32(end) !== textChecksum) throw new DamagedSegmentError('the checksum of the texts');
    const reader = new ByteReader(end);
    const checksums = new Uint32Array((endBytes - TAIL_BYTES) / 4).map(() => reader.uint32());
    const count = reader.uint32();
    const start = reader.uint32() + reader.uint32() * TWO_32;
    const version = reader.uint32();
    const magic = Buffer.from(reader.raw(MAGIC_BYTES)).toString('latin1');
    if (magic !== TEXTS_MAGIC || version !== FORMAT_VERSION || count !== documentCount || start !== tableStart) {
      throw new DamagedSegmentError('the texts are of another segment or format');
    }
    return new TextFile(bytes, new CheckedBytes(bytes, start, count * ROW_BYTES, checksums), start, count);
  }

  /** The chunks of documents, in the order asked. */
  async chunks(documents: readonly number[]): Promise<readonly Uint8Array[]> {
    const places = await this.places(documents);
    const chunks = await readRanges(
      this.#bytes,
      places.map(({ start, end }): ByteRange => [start, end]),
    );
    return chunks.map((chunk, n) => checked(chunk, places[n]?.checksum ?? 0));
  }

  /** Where the chunks of documents are, in the order asked. */
  async places(documents: readonly number[]): Promise<readonly ChunkPlace[]> {
    if (documents.length < READ_ALL) {
      const rows = await readRanges(
        this.#table,
        documents.map((document) => this.#rowsOf(document)),
      );
      return rows.map((its) => this.#placeIn(its));
    }
    const rows = await this.#table.read(0, this.#count * ROW_BYTES);
    return documents.map((document) => this.#placeIn(rows.subarray(document * ROW_BYTES)));
  }

  /** Bytes before the table, not checked: those of chunks are to be, by `checked`. */
  readUnchecked(start: number, end: number): Promise<Uint8Array> {
    return this.#bytes.read(start, Math.min(end, this.#tableStart));
  }

  /** Its row, and the next for where the chunk ends. */
  #rowsOf(document: number): ByteRange {
    if (!(document >= 0 && document < this.#count)) throw new RangeError('the segment has no such message');
    return [document * ROW_BYTES, Math.min(document + 2, this.#count) * ROW_BYTES];
  }

  /** From its row and the start of the next. */
  #placeIn(rows: Uint8Array): ChunkPlace {
    const view = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
    const start = view.readUIntLE(0, 6);
    const end = rows.length >= 2 * ROW_BYTES ? view.readUIntLE(ROW_BYTES, 6) : this.#tableStart;
    if (end < start || end > this.#tableStart) throw new DamagedSegmentError('a text is out of place');
    return { start, end, checksum: view.readUInt32LE(6) };
  }
}

/** The chunk, where it has that CRC-32; else throws `DamagedSegmentError`. */
export function checked(chunk: Uint8Array, checksum: number): Uint8Array {
  if (crc32(chunk) !== checksum) throw new DamagedSegmentError('the checksum of a text');
  return chunk;
}
