import { DamagedSegmentError } from '../../errors.ts';
import type { ByteReader } from './byte-reader.ts';

/** Where the blocks of a front-coded list of terms are, and from which term on each is the one to look in. */
export class SparseIndex {
  readonly blockCount: number;
  /** All separators one behind the other, and where each begins; one more than blocks. */
  readonly #separators: Uint8Array;
  readonly #separatorStarts: Uint32Array;
  /** One more than blocks; counted from the start of the file. */
  readonly #starts: Float64Array;
  readonly #offsets: Float64Array;

  private constructor(
    separators: Uint8Array,
    separatorStarts: Uint32Array,
    starts: Float64Array,
    offsets: Float64Array,
  ) {
    this.blockCount = offsets.length;
    this.#separators = separators;
    this.#separatorStarts = separatorStarts;
    this.#starts = starts;
    this.#offsets = offsets;
  }

  /** Throws `DamagedSegmentError` where the blocks do not fill `[start, end)`. */
  static read(reader: ByteReader, start: number, end: number): SparseIndex {
    const count = reader.count(3);
    const separators: Uint8Array[] = [];
    const separatorStarts = new Uint32Array(count + 1);
    const starts = new Float64Array(count + 1).fill(start);
    const offsets = new Float64Array(count);
    for (let block = 0, offset = 0; block < count; block++) {
      offsets[block] = offset += reader.varint();
      const separator = reader.raw(reader.varint());
      separators.push(separator);
      separatorStarts[block + 1] = (separatorStarts[block] ?? 0) + separator.length;
      starts[block + 1] = (starts[block] ?? 0) + reader.varint();
    }
    if (starts[count] !== end) throw new DamagedSegmentError('the blocks of the dictionary do not fill it');
    return new SparseIndex(Buffer.concat(separators), separatorStarts, starts, offsets);
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
    let high = this.blockCount;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, term, false) <= 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Behind the last block that may have terms that begin with `prefix`. */
  endOf(prefix: Uint8Array): number {
    let block = this.blockOf(prefix) + 1;
    let high = this.blockCount;
    while (block < high) {
      const middle = (block + high) >>> 1;
      if (this.#compare(middle, prefix, true) <= 0) block = middle + 1;
      else high = middle;
    }
    return Math.min(block, this.blockCount);
  }

  /** How the separator of a block compares with `term`, or its first bytes with a prefix. */
  #compare(block: number, term: Uint8Array, asPrefix: boolean): number {
    const bytes = this.#separators;
    const start = this.#separatorStarts[block] as number;
    const length = (this.#separatorStarts[block + 1] as number) - start;
    const end = Math.min(length, term.length);
    for (let i = 0; i < end; i++) {
      const difference = (bytes[start + i] as number) - (term[i] as number);
      if (difference !== 0) return difference;
    }
    if (length < term.length) return -1;
    return asPrefix ? 0 : length - term.length;
  }
}
