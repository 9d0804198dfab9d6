import type { OpenedSegment } from './opened-segment.ts';
import type { StoredField } from './stored-term.ts';
import { TermCursor } from './term-cursor.ts';

/** Dictionary and postings that are in memory together, of each segment that is merged. */
const RUN_BYTES = 512 * 1024;
/** Bytes of a term that fit exactly into a number. */
const KEY_BYTES = 6;

/** Walks over the terms of a segment with their postings in memory, run by run. */
export class TermStream {
  readonly #segment: OpenedSegment;
  #nextBlock = 0;
  #postings: Uint8Array = new Uint8Array();
  #postingsStart = 0;
  cursor: TermCursor;
  /** The first bytes of the term: what compares terms that differ early. */
  key = 0;

  constructor(segment: OpenedSegment) {
    this.#segment = segment;
    this.cursor = new TermCursor(new Uint8Array(), 0, segment.documentCount);
  }

  /** Moves to the next term of those in memory; false where `load` is to be called. */
  next(): boolean {
    if (!this.cursor.next()) return false;
    this.key = keyOf(this.cursor);
    return true;
  }

  /** Reads the next run and moves to its first term; false where all has been read. */
  async load(): Promise<boolean> {
    const { terms, bytes, documentCount } = this.#segment.parts;
    const first = this.#nextBlock;
    if (first >= terms.blockCount) return false;
    let end = first + 1;
    while (end < terms.blockCount && this.#bytesOf(first, end + 1) <= RUN_BYTES) end++;
    this.#nextBlock = end;
    const offset = terms.offsetOf(first);
    const [dictionary, postings] = await Promise.all([
      bytes.read(terms.startOf(first), terms.startOf(end)),
      bytes.read(offset, this.#postingsEnd(end)),
    ]);
    this.cursor = new TermCursor(dictionary, offset, documentCount);
    this.#postings = postings;
    this.#postingsStart = offset;
    return this.next();
  }

  /** Bytes of the file, of the run in memory. Answers less where the run has not so many. */
  slice([start, end]: StoredField['postings']): Uint8Array {
    return this.#postings.subarray(start - this.#postingsStart, end - this.#postingsStart);
  }

  /** Negative, zero or positive as its term stands before, with or behind that of another. */
  compare(other: TermStream): number {
    if (this.key !== other.key) return this.key - other.key;
    const end = Math.min(this.cursor.termLength, other.cursor.termLength);
    for (let i = KEY_BYTES; i < end; i++) {
      const difference = (this.cursor.term[i] ?? 0) - (other.cursor.term[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return this.cursor.termLength - other.cursor.termLength;
  }

  #bytesOf(first: number, end: number): number {
    const { terms } = this.#segment.parts;
    return terms.startOf(end) - terms.startOf(first) + this.#postingsEnd(end) - terms.offsetOf(first);
  }

  /** Postings lie at the start of the file, before the dictionary. */
  #postingsEnd(endBlock: number): number {
    const { terms } = this.#segment.parts;
    return endBlock < terms.blockCount ? terms.offsetOf(endBlock) : terms.startOf(0);
  }
}

function keyOf({ term, termLength }: TermCursor): number {
  let key = 0;
  for (let i = 0; i < KEY_BYTES; i++) key = key * 256 + (i < termLength ? (term[i] ?? 0) : 0);
  return key;
}
