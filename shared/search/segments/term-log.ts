import { FIELDS } from '../field.ts';
import { compareBytes } from './compare-bytes.ts';
import { FIELD_NAMES, MAX_TERM_BYTES } from './format.ts';
import { GrowableUint32 } from './growable-uint32.ts';
import { IndexWriter } from './index-writer.ts';
import { PostingsList } from './postings-list.ts';

/** Of a term in memory: its text, its entry in the map, its counts. */
const TERM_BYTES = 120;
/** Of a word: in the log, and again when the log is sorted. */
const WORD_BYTES = 16;
const RECENT_SLOTS = 2 ** 14;
/** The number of a document takes the lower bits of what is sorted; the field those above. */
const FIELD_SCALE = 2 ** 28;

/** Words as they come, document by document, to be sorted by term in the end: no object for any of them. */
export class TermLog {
  readonly #idOf = new Map<string, number>();
  /** Terms that came lately: most words are among a few thousand, and a large map is slow to ask for each. */
  readonly #recent: string[] = new Array<string>(RECENT_SLOTS).fill('');
  readonly #recentIds = new Uint32Array(RECENT_SLOTS);
  readonly #words = new GrowableUint32(4096);
  readonly #positions = new GrowableUint32(4096);
  /** How often each term was added. */
  readonly #counts = new GrowableUint32();
  readonly #isGerman: boolean[] = [];
  /** Where each field of each document begins in the log. */
  readonly #sectionStarts = new GrowableUint32();
  readonly #sections: { readonly document: number; readonly field: number }[] = [];

  get approximateBytes(): number {
    return this.#idOf.size * TERM_BYTES + this.#words.length * WORD_BYTES;
  }

  /** What is added from now on stands in this field of this document; each is begun at most once. */
  begin(document: number, field: number): void {
    this.#sections.push({ document, field });
    this.#sectionStarts.push(this.#words.length);
  }

  /** A term is not empty. */
  add(term: string, position: number, isGerman: boolean): void {
    const slot = slotOf(term);
    if (this.#recent[slot] !== term) {
      this.#recentIds[slot] = this.#known(term, isGerman);
      this.#recent[slot] = term;
    }
    const id = this.#recentIds[slot] ?? 0;
    if (isGerman) this.#isGerman[id] = true;
    this.#counts.increment(id);
    this.#words.push(id);
    this.#positions.push(position);
  }

  #known(term: string, isGerman: boolean): number {
    const known = this.#idOf.get(term);
    if (known !== undefined) return known;
    const id = this.#idOf.size;
    this.#idOf.set(term, id);
    this.#counts.push(0);
    this.#isGerman.push(isGerman);
    return id;
  }

  /** Writes all terms; `order[n]` is the document that gets the number `n`. */
  write(order: readonly number[]): IndexWriter {
    const writer = new IndexWriter();
    const { keys, positions, ends } = this.#sorted(order);
    const lists = FIELD_NAMES.map((name) => new PostingsList(FIELDS[name]));
    for (const { bytes, id } of this.#sortedTerms()) {
      const end = ends[id] ?? 0;
      const start = end - this.#counts.at(id);
      const used = fill(lists, keys, positions, start, end);
      writer.addTerm(bytes, this.#isGerman[id] === true, used);
      for (const list of used) list.clear();
    }
    return writer;
  }

  /** Where each word stands (document and field in one number, and position), sorted by term, field, document. */
  #sorted(order: readonly number[]): { keys: Uint32Array; positions: Uint32Array; ends: Uint32Array } {
    const words = this.#words.view();
    const positions = this.#positions.view();
    const counts = this.#counts.view();
    const ends = new Uint32Array(counts.length);
    for (let id = 0, sum = 0; id < ends.length; sum += counts[id++] ?? 0) ends[id] = sum;
    const sortedKeys = new Uint32Array(words.length);
    const sortedPositions = new Uint32Array(words.length);
    const numberOf = new Uint32Array(order.length);
    for (const [number, document] of order.entries()) numberOf[document] = number;
    for (const { key, start, end } of this.#sortedSections(numberOf)) {
      for (let i = start; i < end; i++) {
        const id = words[i] ?? 0;
        const at = ends[id] ?? 0;
        ends[id] = at + 1;
        sortedKeys[at] = key;
        sortedPositions[at] = positions[i] ?? 0;
      }
    }
    return { keys: sortedKeys, positions: sortedPositions, ends };
  }

  #sortedSections(numberOf: Uint32Array): readonly { key: number; start: number; end: number }[] {
    const starts = this.#sectionStarts.view();
    return this.#sections
      .map(({ document, field }, section) => ({
        key: field * FIELD_SCALE + (numberOf[document] ?? 0),
        start: starts[section] ?? 0,
        end: starts[section + 1] ?? this.#words.length,
      }))
      .sort((a, b) => a.key - b.key);
  }

  /** In the order of their UTF-8 bytes. */
  *#sortedTerms(): Generator<{ readonly bytes: Uint8Array; readonly id: number }> {
    // Half a character has no UTF-8, and nobody can type it.
    const terms = [...this.#idOf.keys()].filter((term) => term.isWellFormed());
    terms.sort();
    // UTF-16 sorts as UTF-8 does, but for characters beyond the basic plane.
    if (terms.some((term) => SURROGATE.test(term))) terms.sort(byBytes);
    const buffer = new Uint8Array(3 * MAX_TERM_BYTES);
    for (const term of terms) {
      const { read, written } = encoder.encodeInto(term, buffer);
      if (read < term.length || written > MAX_TERM_BYTES || written === 0) continue;
      yield { bytes: buffer.subarray(0, written), id: this.#idOf.get(term) ?? 0 };
    }
  }
}

/** Sorts what one term has into the lists of its fields; gives those that have something, ascending. */
function fill(
  lists: readonly PostingsList[],
  keys: Uint32Array,
  positions: Uint32Array,
  first: number,
  behind: number,
): readonly PostingsList[] {
  const used: PostingsList[] = [];
  for (let start = first; start < behind; ) {
    const key = keys[start] ?? 0;
    let end = start + 1;
    let isAscending = true;
    for (; end < behind && keys[end] === key; end++) isAscending &&= (positions[end - 1] ?? 0) <= (positions[end] ?? 0);
    if (!isAscending) positions.subarray(start, end).sort();
    const field = Math.floor(key / FIELD_SCALE);
    const list = lists[field];
    if (!list) throw new RangeError(`no field ${field}`);
    if (list.count === 0) used.push(list);
    let frequency = 0;
    let last = -1;
    for (let i = start; i < end; i++) {
      const position = positions[i] ?? 0;
      // The spellings of a number that are tried may be the same.
      if (position === last) continue;
      list.positions.varint(last < 0 ? position : position - last);
      last = position;
      frequency++;
    }
    list.add(key % FIELD_SCALE, frequency);
    start = end;
  }
  return used;
}

function slotOf(term: string): number {
  const { length } = term;
  let hash = length;
  hash = hash * 37 + term.charCodeAt(0);
  hash = hash * 37 + term.charCodeAt(length >> 1);
  hash = hash * 37 + term.charCodeAt(length - 1);
  if (length > 2) hash = hash * 37 + term.charCodeAt(1) * 7 + term.charCodeAt(length - 2);
  return (hash ^ (hash >>> 14)) & (RECENT_SLOTS - 1);
}

function byBytes(a: string, b: string): number {
  return compareBytes(encoder.encode(a), encoder.encode(b));
}

const SURROGATE = /[\ud800-\udfff]/;
const encoder = new TextEncoder();
