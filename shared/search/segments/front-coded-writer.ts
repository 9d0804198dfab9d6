import { ByteWriter } from './byte-writer.ts';

const PART_BYTES = 1024 * 1024;

/**
 * Sorted byte strings in blocks, each entry with what it shares with the one before left out, and a sparse index of
 * the blocks. What an entry says beyond its term is the caller's.
 */
export class FrontCodedWriter {
  readonly #blockBytes: number;
  readonly #out = new ByteWriter(16 * 1024);
  readonly #parts: Uint8Array[] = [];
  readonly #sparse = new ByteWriter();
  #blocks = 0;
  #blockStart = 0;
  #blockOffset = 0;
  #last = new Uint8Array(256);
  #lastLength = 0;

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  /**
   * Begins the entry of a term above the one before; what it says is written to the answer. `offset` does not
   * descend: where the data of this entry begins elsewhere, kept in the sparse index for the first of each block.
   */
  begin(term: Uint8Array, offset: number): ByteWriter {
    const out = this.#out;
    let shared = this.#sharedWith(term);
    if (this.#blocks === 0 || out.length - this.#blockStart >= this.#blockBytes) {
      this.#beginBlock(term.subarray(0, this.#blocks === 0 ? 0 : shared + 1), offset);
      shared = 0;
    }
    const suffix = term.length - shared;
    out.byte((Math.min(shared, 15) << 4) | Math.min(suffix, 15));
    if (shared >= 15) out.varint(shared - 15);
    if (suffix >= 15) out.varint(suffix - 15);
    out.raw(term, shared);
    this.#remember(term);
    return out;
  }

  /** The blocks, and the sparse index: their number, then of each its length, offset since the last, and separator. */
  finish(): { readonly parts: readonly Uint8Array[]; readonly sparse: Uint8Array } {
    if (this.#blocks > 0) this.#endBlock();
    if (this.#out.length > 0) this.#parts.push(this.#out.take());
    const sparse = new ByteWriter();
    sparse.varint(this.#blocks);
    sparse.raw(this.#sparse.view());
    return { parts: this.#parts, sparse: sparse.take() };
  }

  #beginBlock(separator: Uint8Array, offset: number): void {
    if (this.#blocks > 0) this.#endBlock();
    this.#blocks++;
    this.#sparse.varint(offset - this.#blockOffset);
    this.#sparse.varint(separator.length);
    this.#sparse.raw(separator);
    this.#blockOffset = offset;
  }

  #endBlock(): void {
    this.#sparse.varint(this.#out.length - this.#blockStart);
    if (this.#out.length > PART_BYTES) this.#parts.push(this.#out.take());
    this.#blockStart = this.#out.length;
  }

  #sharedWith(term: Uint8Array): number {
    const end = Math.min(this.#lastLength, term.length);
    let shared = 0;
    while (shared < end && this.#last[shared] === term[shared]) shared++;
    return shared;
  }

  #remember(term: Uint8Array): void {
    if (term.length > this.#last.length) this.#last = new Uint8Array(term.length * 2);
    this.#last.set(term);
    this.#lastLength = term.length;
  }
}
