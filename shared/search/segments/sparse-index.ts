import { DamagedSegmentError } from '../../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { compareBytes } from './compare-bytes.ts';

/** Where the blocks of a front-coded list of terms are, and from which term on each is the one to look in. */
export class SparseIndex {
  readonly #separators: readonly Uint8Array[];
  /** One more than blocks; counted from the start of the file. */
  readonly #starts: Float64Array;
  readonly #offsets: Float64Array;

  private constructor(separators: readonly Uint8Array[], starts: Float64Array, offsets: Float64Array) {
    this.#separators = separators;
    this.#starts = starts;
    this.#offsets = offsets;
  }

  /** Throws `DamagedSegmentError` where the blocks do not fill `[start, end)`. */
  static read(reader: ByteReader, start: number, end: number): SparseIndex {
    const count = reader.count(3);
    const separators: Uint8Array[] = [];
    const starts = new Float64Array(count + 1).fill(start);
    const offsets = new Float64Array(count);
    for (let block = 0, offset = 0; block < count; block++) {
      offsets[block] = offset += reader.varint();
      separators.push(reader.raw(reader.varint()));
      starts[block + 1] = (starts[block] ?? 0) + reader.varint();
    }
    if (starts[count] !== end) throw new DamagedSegmentError('the blocks of the dictionary do not fill it');
    return new SparseIndex(separators, starts, offsets);
  }

  get blockCount(): number {
    return this.#separators.length;
  }

  /** Where a block begins in the file; of `blockCount`, where the last ends. */
  startOf(block: number): number {
    return this.#starts[block] ?? 0;
  }

  /** What the writer said of its first entry. */
  offsetOf(block: number): number {
    return this.#offsets[block] ?? 0;
  }

  /** The only block that may have `term`: the last that does not begin behind it. */
  blockOf(term: Uint8Array): number {
    let low = 0;
    let high = this.#separators.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (compareBytes(this.#separators[middle] ?? term, term) <= 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Behind the last block that may have terms that begin with `prefix`. */
  endOf(prefix: Uint8Array): number {
    let block = this.blockOf(prefix) + 1;
    let high = this.#separators.length;
    while (block < high) {
      const middle = (block + high) >>> 1;
      const separator = this.#separators[middle] ?? prefix;
      if (compareBytes(separator.subarray(0, prefix.length), prefix) <= 0) block = middle + 1;
      else high = middle;
    }
    return Math.min(block, this.#separators.length);
  }
}
