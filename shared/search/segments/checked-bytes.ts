import { crc32 } from 'node:zlib';
import { DamagedSegmentError } from '../../errors.ts';
import { PAGE_BYTES } from './format.ts';
import type { ByteRange } from './read-ranges.ts';
import type { SegmentBytes } from './segment.ts';

/** Bytes of an object from `start` on, with a checksum for each page; a page is checked when it is first read. */
export class CheckedBytes {
  readonly #bytes: SegmentBytes;
  readonly #start: number;
  readonly #sizeBytes: number;
  readonly #checksums: Uint32Array;
  readonly #isChecked: Uint8Array;

  constructor(bytes: SegmentBytes, start: number, sizeBytes: number, checksums: Uint32Array) {
    this.#bytes = bytes;
    this.#start = start;
    this.#sizeBytes = sizeBytes;
    this.#checksums = checksums;
    this.#isChecked = new Uint8Array(checksums.length);
  }

  /** `start` inclusive, `end` exclusive. Throws `DamagedSegmentError` where that is not all there, or not as written. */
  async read(start: number, end: number): Promise<Uint8Array> {
    const now = this.readNow(start, end);
    if (now) return now;
    const [from, to] = this.#toRead(start, end);
    return this.#checked(await this.#bytes.read(this.#start + from, this.#start + to), from, to).subarray(
      start - from,
      end - from,
    );
  }

  /** The same at once, where it is in memory. */
  readNow(start: number, end: number): Uint8Array | undefined {
    if (!(start >= 0 && start <= end && end <= this.#sizeBytes))
      throw new DamagedSegmentError('a part is out of place');
    if (start === end) return NOTHING;
    if (!this.#bytes.readNow) return undefined;
    const [from, to] = this.#toRead(start, end);
    const bytes = this.#bytes.readNow(this.#start + from, this.#start + to);
    if (!bytes) return undefined;
    const checked = this.#checked(bytes, from, to);
    return from === start && to === end ? checked : checked.subarray(start - from, end - from);
  }

  /** Pages that were never checked are read whole. */
  #toRead(start: number, end: number): ByteRange {
    const firstPage = Math.floor(start / PAGE_BYTES);
    const endPage = Math.ceil(end / PAGE_BYTES);
    for (let page = firstPage; page < endPage; page++) {
      if (this.#isChecked[page] === 1) continue;
      return [firstPage * PAGE_BYTES, Math.min(endPage * PAGE_BYTES, this.#sizeBytes)];
    }
    return [start, end];
  }

  #checked(bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (bytes.length !== end - start) throw new DamagedSegmentError('a part is missing');
    const endPage = Math.ceil(end / PAGE_BYTES);
    for (let page = Math.floor(start / PAGE_BYTES); page < endPage; page++) {
      if (this.#isChecked[page] !== 1) this.#check(page, bytes, page * PAGE_BYTES - start);
    }
    return bytes;
  }

  #check(page: number, pages: Uint8Array, at: number): void {
    if (crc32(pages.subarray(at, at + PAGE_BYTES)) !== this.#checksums[page]) {
      throw new DamagedSegmentError(`the checksum of page ${page}`);
    }
    this.#isChecked[page] = 1;
  }
}

const NOTHING = new Uint8Array();
