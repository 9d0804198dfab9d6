import type { TermPattern } from '../tokens/term-pattern.ts';
import type { CheckedBytes } from './checked-bytes.ts';
import { isCompoundTerm, reversed } from './format.ts';
import type { FrontCodedCursor } from './front-coded-cursor.ts';
import { MostFrequent } from './most-frequent.ts';
import type { SparseIndex } from './sparse-index.ts';
import type { StoredTerm } from './stored-term.ts';
import { CompoundCursor, TermCursor } from './term-cursor.ts';

/** Blocks that are read together where a range of terms is wanted. */
const BLOCKS_AT_ONCE = 32;

type Accepts = (term: string, isGerman: boolean) => boolean;

/** The terms of a segment. */
export class Dictionary {
  readonly #bytes: CheckedBytes;
  readonly #terms: SparseIndex;
  readonly #compounds: SparseIndex;
  readonly #documentCount: number;

  constructor(bytes: CheckedBytes, terms: SparseIndex, compounds: SparseIndex, documentCount: number) {
    this.#bytes = bytes;
    this.#terms = terms;
    this.#compounds = compounds;
    this.#documentCount = documentCount;
  }

  /** See `Segment.terms`. */
  async matching(pattern: TermPattern, limit: number): Promise<readonly StoredTerm[]> {
    if (pattern.kind === 'terms') return this.#lookUp(pattern.terms, limit);
    if (pattern.kind === 'range') return this.#range(pattern.prefix, limit, pattern.accepts);
    return this.#compound(pattern.part, limit, pattern.accepts);
  }

  async #lookUp(terms: readonly string[], limit: number): Promise<readonly StoredTerm[]> {
    const found = new MostFrequent<StoredTerm>(limit);
    const wanted = [...new Set(terms)].map((term) => encoder.encode(term));
    if (wanted.length > 1) wanted.sort(Buffer.compare);
    let block = -1;
    let bytes: Uint8Array = new Uint8Array();
    for (const term of wanted) {
      if (this.#terms.blockCount === 0) break;
      const itsBlock = this.#terms.blockOf(term);
      if (itsBlock !== block) bytes = await this.#read(this.#terms, itsBlock, itsBlock + 1);
      block = itsBlock;
      const cursor = new TermCursor(bytes, this.#terms.offsetOf(block), this.#documentCount);
      if (cursor.seek(term, bytes.length) && cursor.isAt(term)) found.add(cursor.documents, () => cursor.entry());
    }
    return found.inOrder();
  }

  async #range(prefix: string, limit: number, accepts?: Accepts): Promise<readonly StoredTerm[]> {
    const found = new MostFrequent<StoredTerm>(limit);
    await this.#walk(this.#terms, prefix, this.#termCursor, (cursor) => {
      if (found.takes(cursor.documents) && (!accepts || accepts(cursor.text(), cursor.isGerman))) {
        found.add(cursor.documents, () => cursor.entry());
      }
    });
    return found.inOrder();
  }

  async #compound(part: string, limit: number, accepts?: (term: string) => boolean): Promise<readonly StoredTerm[]> {
    const found = new MostFrequent<string>(limit);
    const consider = (term: string, documents: number) => {
      if (term !== part && (!accepts || accepts(term))) found.add(documents, () => term);
    };
    await this.#walk(this.#compounds, reversed(part), compoundCursor, (cursor) => {
      if (found.takes(cursor.documents)) consider(reversed(cursor.text()), cursor.documents);
    });
    await this.#walk(this.#terms, part, this.#termCursor, (cursor) => {
      if (!cursor.isGerman || !found.takes(cursor.documents)) return;
      const term = cursor.text();
      // Those that end with it too were found above.
      if (isCompoundTerm(term) && !term.endsWith(part)) consider(term, cursor.documents);
    });
    return this.#lookUp(found.inOrder(), limit);
  }

  /** Calls `visit` at each entry that begins with `prefix`. */
  async #walk<Cursor extends FrontCodedCursor>(
    index: SparseIndex,
    prefix: string,
    cursorOver: (bytes: Uint8Array, offset: number) => Cursor,
    visit: (cursor: Cursor) => void,
  ): Promise<void> {
    if (index.blockCount === 0) return;
    const bytes = encoder.encode(prefix);
    const first = index.blockOf(bytes);
    const last = index.endOf(bytes);
    for (let block = first; block < last; block += BLOCKS_AT_ONCE) {
      const run = await this.#read(index, block, Math.min(block + BLOCKS_AT_ONCE, last));
      const cursor = cursorOver(run, index.offsetOf(block));
      const firstBlockEnd = index.startOf(block + 1) - index.startOf(block);
      let isThere = block === first ? cursor.seek(bytes, firstBlockEnd) : cursor.next();
      for (; isThere && cursor.beginsWith(bytes); isThere = cursor.next()) visit(cursor);
      if (isThere) return;
    }
  }

  readonly #termCursor = (bytes: Uint8Array, offset: number) => new TermCursor(bytes, offset, this.#documentCount);

  #read(index: SparseIndex, first: number, end: number): Promise<Uint8Array> {
    return this.#bytes.read(index.startOf(first), index.startOf(end));
  }
}

const compoundCursor = (bytes: Uint8Array) => new CompoundCursor(bytes);
const encoder = new TextEncoder();
