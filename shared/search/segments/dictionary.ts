import type { TermPattern } from '../tokens/term-pattern.ts';
import type { CheckedBytes } from './checked-bytes.ts';
import { isCompoundTerm, reversed } from './format.ts';
import type { FrontCodedCursor } from './front-coded-cursor.ts';
import { MostFrequent } from './most-frequent.ts';
import { type ByteRange, readRanges } from './read-ranges.ts';
import type { SparseIndex } from './sparse-index.ts';
import type { StoredTerm } from './stored-term.ts';
import { CompoundCursor, TermCursor } from './term-cursor.ts';

/** Blocks that are read together where a range of terms is wanted. */
const BLOCKS_AT_ONCE = 128;
/** A list of more terms is not kept: patterns that stand for so many are rare, and asked for once. */
const MOST_KEPT_TERMS = 64;

type Accepts = (term: string, isGerman: boolean) => boolean;

/** The terms of a segment. */
export class Dictionary {
  readonly #bytes: CheckedBytes;
  readonly #terms: SparseIndex;
  readonly #compounds: SparseIndex;
  readonly #documentCount: number;
  /** What patterns that are still in use stand for: whoever shows what was found asks again. */
  readonly #known = new WeakMap<TermPattern, Known>();

  constructor(bytes: CheckedBytes, terms: SparseIndex, compounds: SparseIndex, documentCount: number) {
    this.#bytes = bytes;
    this.#terms = terms;
    this.#compounds = compounds;
    this.#documentCount = documentCount;
  }

  /** See `Segment.terms`. */
  async matching(pattern: TermPattern, limit: number): Promise<readonly StoredTerm[]> {
    const known = this.#known.get(pattern);
    if (known && (known.limit === limit || (known.terms.length < known.limit && known.terms.length <= limit))) {
      return known.terms;
    }
    const terms = await this.#matching(pattern, limit);
    if (terms.length <= MOST_KEPT_TERMS) this.#known.set(pattern, { terms, limit });
    return terms;
  }

  async #matching(pattern: TermPattern, limit: number): Promise<readonly StoredTerm[]> {
    if (pattern.kind === 'terms') return this.#lookUp(pattern.terms, limit);
    if (pattern.kind === 'range') return this.#range(pattern.prefix, limit, pattern.accepts);
    return this.#compound(pattern.part, limit, pattern.accepts);
  }

  async #lookUp(terms: readonly string[], limit: number): Promise<readonly StoredTerm[]> {
    const found = new MostFrequent<StoredTerm>(limit);
    if (this.#terms.blockCount === 0) return [];
    const wanted = (terms.length > 1 ? [...new Set(terms)] : terms).map((term) => Buffer.from(term));
    if (wanted.length > 1) wanted.sort(Buffer.compare);
    const blocks = wanted.map((term) => this.#terms.blockOf(term));
    const ranges = blocks.map((block): ByteRange => [this.#terms.startOf(block), this.#terms.startOf(block + 1)]);
    const read = await readRanges(this.#bytes, ranges);
    for (let n = 0; n < wanted.length; n++) {
      const [term, bytes] = [wanted[n], read[n]];
      if (!term || !bytes) continue;
      const cursor = new TermCursor(bytes, this.#terms.offsetOf(blocks[n] ?? 0), this.#documentCount);
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
    const bytes = Buffer.from(prefix);
    const first = index.blockOf(bytes);
    const last = index.endOf(bytes);
    for (let block = first; block < last; block += BLOCKS_AT_ONCE) {
      const [start, end] = [index.startOf(block), index.startOf(Math.min(block + BLOCKS_AT_ONCE, last))];
      const run = this.#bytes.readNow(start, end) ?? (await this.#bytes.read(start, end));
      const cursor = cursorOver(run, index.offsetOf(block));
      const firstBlockEnd = index.startOf(block + 1) - index.startOf(block);
      let isThere = block === first ? cursor.seek(bytes, firstBlockEnd) : cursor.next();
      for (; isThere && cursor.beginsWith(bytes); isThere = cursor.next()) visit(cursor);
      if (isThere) return;
    }
  }

  readonly #termCursor = (bytes: Uint8Array, offset: number) => new TermCursor(bytes, offset, this.#documentCount);
}

interface Known {
  readonly terms: readonly StoredTerm[];
  readonly limit: number;
}

const compoundCursor = (bytes: Uint8Array) => new CompoundCursor(bytes);
