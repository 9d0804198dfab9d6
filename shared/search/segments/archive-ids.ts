import { crc32 } from 'node:zlib';
import { DamagedSegmentError } from '../../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { CheckedBytes } from './checked-bytes.ts';
import { Lazy } from './lazy.ts';
import { type ByteRange, readRanges } from './read-ranges.ts';

/** `<fingerprint version>-<64 hex digits>`, with `.<generation>` behind a purge; see `shared/domain/archive-id.ts`. */
const ARCHIVE_ID = /^([1-9][0-9]{0,2})-([0-9a-f]{64})(?:\.([1-9][0-9]{0,5}))?$/;
const RECORD_BYTES = 36;
const DIGEST_BYTES = 32;
/** For each document its record, and its place among the sorted checksums. */
const BYTES_EACH = RECORD_BYTES + 8;
/** Bit of a record whose id has another form and stands behind all records; the other bits say which of those. */
const OTHER_FORM = 0x80000000;
/** From so many on, all records are read together. */
const READ_ALL = 64;

/**
 * The section `ids` of an index file: for each document 36 bytes (version + 1024 * generation, digest), then the
 * CRC-32 of all ids, ascending, then the documents in that order, then the ids of another form.
 */
export function writeArchiveIds(archiveIds: readonly string[]): Uint8Array {
  const out = new ByteWriter(archiveIds.length * BYTES_EACH + 16);
  const others: string[] = [];
  for (const archiveId of archiveIds) {
    const [, version = '', digest = '', generation = '0'] = ARCHIVE_ID.exec(archiveId) ?? [];
    // A version below 1000 and a generation below a million take 30 bits.
    out.uint32(digest === '' ? OTHER_FORM + others.length : Number(version) + 1024 * Number(generation));
    out.raw(digest === '' ? new Uint8Array(DIGEST_BYTES) : Buffer.from(digest, 'hex'));
    if (digest === '') others.push(archiveId);
  }
  const sums = archiveIds.map((archiveId, document) => ({ sum: crc32(archiveId), document }));
  sums.sort((a, b) => a.sum - b.sum || a.document - b.document);
  for (const { sum } of sums) out.uint32(sum);
  for (const { document } of sums) out.uint32(document);
  out.varint(others.length);
  for (const other of others) out.text(other);
  return out.take();
}

/** Reads the section `ids`. Methods throw `DamagedSegmentError`. */
export class ArchiveIds {
  readonly #bytes: CheckedBytes;
  readonly #start: number;
  readonly #count: number;
  readonly #others: Lazy<readonly string[]>;

  /** Throws `DamagedSegmentError` where `[start, end)` is too short for so many documents. */
  constructor(bytes: CheckedBytes, start: number, end: number, documentCount: number) {
    if (end - start < documentCount * BYTES_EACH) throw new DamagedSegmentError('the ids are too short');
    this.#bytes = bytes;
    this.#start = start;
    this.#count = documentCount;
    this.#others = new Lazy(async () => {
      const reader = new ByteReader(await bytes.read(start + documentCount * BYTES_EACH, end));
      return Array.from({ length: reader.count() }, () => reader.text());
    });
  }

  /** The ids of documents, in the order asked. */
  async of(documents: readonly number[]): Promise<readonly string[]> {
    if (documents.length < READ_ALL) {
      const places = documents.map((document): ByteRange => {
        const start = this.#start + document * RECORD_BYTES;
        return [start, start + RECORD_BYTES];
      });
      const records = await readRanges(this.#bytes, places);
      const others = records.some(isOther) ? await this.#others.get() : [];
      return records.map((record) => idIn(record, others));
    }
    const all = await this.#read(0, this.#count * RECORD_BYTES);
    const others = await this.#othersIfAny(all);
    return documents.map((document) =>
      idIn(all.subarray(document * RECORD_BYTES, (document + 1) * RECORD_BYTES), others),
    );
  }

  /** The documents that have these ids. */
  async find(archiveIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    if (archiveIds.length === 0 || this.#count === 0) return found;
    const table = await this.#read(this.#count * RECORD_BYTES, this.#count * 8);
    const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    for (const archiveId of archiveIds) {
      const sum = crc32(archiveId);
      let at = firstNotBelow(view, this.#count, sum);
      for (; at < this.#count && view.getUint32(at * 4, true) === sum; at++) {
        const document = view.getUint32((this.#count + at) * 4, true);
        if (document >= this.#count) throw new DamagedSegmentError('an id of a message that is not there');
        if ((await this.of([document]))[0] === archiveId) found.set(archiveId, document);
      }
    }
    return found;
  }

  #read(offset: number, count: number): Promise<Uint8Array> {
    return this.#bytes.read(this.#start + offset, this.#start + offset + count);
  }

  async #othersIfAny(records: Uint8Array): Promise<readonly string[]> {
    for (let at = 0; at < records.length; at += RECORD_BYTES) {
      if (isOther(records.subarray(at))) return this.#others.get();
    }
    return [];
  }
}

function isOther(record: Uint8Array): boolean {
  return ((record[3] ?? 0) & 0x80) !== 0;
}

function idIn(record: Uint8Array, others: readonly string[]): string {
  const bytes = Buffer.from(record.buffer, record.byteOffset, RECORD_BYTES);
  const code = bytes.readUInt32LE(0);
  if (code >= OTHER_FORM) {
    const other = others[code - OTHER_FORM];
    if (other === undefined) throw new DamagedSegmentError('an id is not there');
    return other;
  }
  const generation = Math.floor(code / 1024);
  const id = `${code % 1024}-${bytes.toString('hex', 4)}`;
  return generation === 0 ? id : `${id}.${generation}`;
}

function firstNotBelow(sums: DataView, count: number, sum: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums.getUint32(middle * 4, true) < sum) low = middle + 1;
    else high = middle;
  }
  return low;
}
