import { ByteWriter } from './byte-writer.ts';
import { POSTINGS_BLOCK } from './format.ts';
import { GrowableUint32 } from './growable-uint32.ts';

/** The documents of one term in one field while they are collected, and how they are written. Used again and again. */
export class PostingsList {
  /** Code of the field. */
  readonly field: number;
  readonly #documents = new GrowableUint32();
  readonly #frequencies = new GrowableUint32();
  /** Where the positions of each document end in `positions`. */
  readonly #positionEnds = new GrowableUint32();
  /** Of all documents in turn: the first position of a document, then the distances, as varints. */
  readonly positions = new ByteWriter();

  constructor(field: number) {
    this.field = field;
  }

  get count(): number {
    return this.#documents.length;
  }

  get firstDocument(): number {
    return this.#documents.at(0);
  }

  get firstFrequency(): number {
    return this.#frequencies.at(0);
  }

  /** In ascending order; its positions have just been written to `positions`. */
  add(document: number, frequency: number): void {
    this.#documents.push(document);
    this.#frequencies.push(frequency);
    this.#positionEnds.push(this.positions.length);
  }

  clear(): void {
    this.#documents.clear();
    this.#frequencies.clear();
    this.#positionEnds.clear();
    this.positions.clear();
  }

  /**
   * Where there is more than one block, the bytes of positions of each block; then for each document twice the gap
   * since the one before, plus one where it has the term once; else its frequency less two follows.
   */
  write(out: ByteWriter): void {
    const documents = this.#documents.view();
    if (documents.length > POSTINGS_BLOCK) this.#writeBlocks(out);
    const frequencies = this.#frequencies.view();
    let previous = -1;
    for (let i = 0; i < documents.length; i++) {
      const document = documents[i] ?? 0;
      const frequency = frequencies[i] ?? 1;
      const gap = document - previous - 1;
      if (frequency === 1) out.varint(gap * 2 + 1);
      else {
        out.varint(gap * 2);
        out.varint(frequency - 2);
      }
      previous = document;
    }
  }

  #writeBlocks(out: ByteWriter): void {
    const ends = this.#positionEnds.view();
    let previous = 0;
    for (let start = 0; start < ends.length; start += POSTINGS_BLOCK) {
      const end = ends[Math.min(start + POSTINGS_BLOCK, ends.length) - 1] ?? 0;
      out.varint(end - previous);
      previous = end;
    }
  }
}
