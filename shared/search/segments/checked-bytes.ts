import { crc32 } from 'node:zlib';
import { DamagedSegmentError } from '../../errors.ts';
import { PAGE_BYTES } from './format.ts';
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
    if (!(start >= 0 && start <= end && end <= this.#sizeBytes))
      throw new DamagedSegmentError('a part is out of place');
    if (start === end) return NOTHING;
    const firstPage = Math.floor(start / PAGE_BYTES);
    const endPage = Math.ceil(end / PAGE_BYTES);
    if (this.#areChecked(firstPage, endPage)) return this.#exactly(start, end);
    const from = firstPage * PAGE_BYTES;
    const pages = await this.#exactly(from, Math.min(endPage * PAGE_BYTES, this.#sizeBytes));
    for (let page = firstPage; page < endPage; page++) this.#check(page, pages, page * PAGE_BYTES - from);
    return pages.subarray(start - from, end - from);
  }

  #areChecked(firstPage: number, endPage: number): boolean {
    for (let page = firstPage; page < endPage; page++) if (this.#isChecked[page] !== 1) return false;
    return true;
  }

  async #exactly(start: number, end: number): Promise<Uint8Array> {
    const bytes = await this.#bytes.read(this.#start + start, this.#start + end);
    if (bytes.length !== end - start) throw new DamagedSegmentError('a part is missing');
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
