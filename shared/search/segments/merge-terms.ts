import { DamagedSegmentError } from '../../errors.ts';
import { FIELDS } from '../field.ts';
import { overrun } from './byte-reader.ts';
import { FIELD_NAMES, POSTINGS_BLOCK } from './format.ts';
import { IndexWriter } from './index-writer.ts';
import type { OpenedSegment } from './opened-segment.ts';
import { PostingsList } from './postings-list.ts';
import type { StoredField } from './stored-term.ts';
import { TermStream } from './term-stream.ts';

/** Writes the terms of all segments; `numbers` has for each the new number of each document, ascending, -1 for none. */
export async function mergeTerms(
  segments: readonly OpenedSegment[],
  numbers: readonly Int32Array[],
): Promise<IndexWriter> {
  const writer = new IndexWriter();
  const merger = new TermMerger(writer, numbers);
  const streams: Stream[] = [];
  for (const [source, segment] of segments.entries()) {
    const stream = new Stream(source, segment);
    if (await stream.load()) streams.push(stream);
  }
  const same: Stream[] = [];
  while (streams.length > 0) {
    lowest(streams, same);
    merger.merge(same);
    for (const stream of same) {
      if (stream.next() || (await stream.load())) continue;
      streams.splice(streams.indexOf(stream), 1);
    }
  }
  return writer;
}

class Stream extends TermStream {
  readonly source: number;

  constructor(source: number, segment: OpenedSegment) {
    super(segment);
    this.source = source;
  }
}

/** Fills `same` with all streams that are at the lowest term. */
function lowest(streams: readonly Stream[], same: Stream[]): void {
  same.length = 0;
  let [first] = streams;
  for (const stream of streams) {
    const order = first === stream || !first ? 0 : stream.compare(first);
    if (order > 0) continue;
    if (order < 0) same.length = 0;
    first = stream;
    same.push(stream);
  }
}

/** Merges one term after the other. */
class TermMerger {
  readonly #writer: IndexWriter;
  readonly #numbers: readonly Int32Array[];
  readonly #lists = FIELD_NAMES.map((name) => new PostingsList(FIELDS[name]));
  /** By field, of the term that is merged. */
  readonly #sources: Source[][] = FIELD_NAMES.map(() => []);

  constructor(writer: IndexWriter, numbers: readonly Int32Array[]) {
    this.#writer = writer;
    this.#numbers = numbers;
  }

  merge(streams: readonly Stream[]): void {
    const [first] = streams;
    if (!first) return;
    let isGerman = false;
    for (const stream of streams) {
      isGerman ||= stream.cursor.isGerman;
      for (const field of stream.cursor.fields()) {
        this.#sources[FIELDS[field.field]]?.push(this.#sourceOf(stream, field));
      }
    }
    const used: PostingsList[] = [];
    for (const list of this.#lists) {
      const sources = this.#sources[list.field];
      if (!sources || sources.length === 0) continue;
      mergeDocuments(sources, list);
      sources.length = 0;
      if (list.count > 0) used.push(list);
    }
    const term = first.cursor.term.subarray(0, first.cursor.termLength);
    if (used.length > 0) this.#writer.addTerm(term, isGerman, used);
    for (const list of used) list.clear();
  }

  #sourceOf(stream: Stream, field: StoredField): Source {
    const numbers = this.#numbers[stream.source] ?? NO_NUMBERS;
    if (field.inline) return new InlineSource(field.inline, numbers);
    return new ListSource(stream.slice(field.postings), stream.slice(field.positions), field.documents, numbers);
  }
}

/** Lists come from several segments whose documents may be mixed. */
function mergeDocuments(sources: readonly Source[], list: PostingsList): void {
  const [only] = sources;
  if (sources.length === 1 && only) {
    while (only.number !== NONE) only.take(list);
    return;
  }
  for (;;) {
    let next = only;
    for (const source of sources) if (next && source.number < next.number) next = source;
    if (!next || next.number === NONE) return;
    next.take(list);
  }
}

interface Source {
  /** New number of the document it is at. */
  readonly number: number;
  /** Adds that document to the list and moves to the next that is not removed. */
  take(list: PostingsList): void;
}

const NONE = Number.POSITIVE_INFINITY;
const NO_NUMBERS = new Int32Array();

class InlineSource implements Source {
  readonly #positions: Uint32Array;
  number: number;

  constructor({ document, positions }: NonNullable<StoredField['inline']>, numbers: Int32Array) {
    this.#positions = positions;
    const number = numbers[document] ?? -1;
    this.number = number < 0 ? NONE : number;
  }

  take(list: PostingsList): void {
    let last = 0;
    for (const position of this.#positions) {
      list.positions.varint(position - last);
      last = position;
    }
    list.add(this.number, this.#positions.length);
    this.number = NONE;
  }
}

/** Reads postings as they are wanted: most are short, and arrays for each would be most of what merging allocates. */
class ListSource implements Source {
  readonly #postings: Uint8Array;
  readonly #positions: Uint8Array;
  readonly #numbers: Int32Array;
  #at = 0;
  #left: number;
  #document = -1;
  #frequency = 0;
  #start = 0;
  #end = 0;
  number = NONE;

  constructor(postings: Uint8Array, positions: Uint8Array, count: number, numbers: Int32Array) {
    this.#postings = postings;
    this.#positions = positions;
    this.#numbers = numbers;
    this.#left = count;
    for (let blocks = count > POSTINGS_BLOCK ? Math.ceil(count / POSTINGS_BLOCK) : 0; blocks > 0; blocks--)
      this.#varint();
    this.#move();
  }

  take(list: PostingsList): void {
    list.positions.raw(this.#positions, this.#start, this.#end);
    list.add(this.number, this.#frequency);
    this.#move();
  }

  /** The positions of a document are copied as they are: they count from its start. */
  #move(): void {
    this.number = NONE;
    while (this.#left > 0) {
      this.#left--;
      const gap = this.#varint();
      this.#document += (gap >>> 1) + 1;
      this.#frequency = (gap & 1) === 1 ? 1 : this.#varint() + 2;
      this.#start = this.#end;
      this.#end = this.#behind(this.#frequency);
      const number = this.#numbers[this.#document];
      if (number === undefined) throw new DamagedSegmentError('postings of other messages');
      if (number < 0) continue;
      this.number = number;
      return;
    }
    if (this.#at !== this.#postings.length || this.#end !== this.#positions.length) {
      throw new DamagedSegmentError('postings of other messages');
    }
  }

  #varint(): number {
    const postings = this.#postings;
    let byte = postings[this.#at++] ?? overrun();
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      if (shift > 28) throw new DamagedSegmentError('a number is too large');
      byte = postings[this.#at++] ?? overrun();
      value |= (byte & 127) << shift;
    }
    return value >>> 0;
  }

  #behind(count: number): number {
    const positions = this.#positions;
    let at = this.#end;
    for (let left = count; left > 0; ) if ((positions[at++] ?? overrun()) < 128) left--;
    return at;
  }
}
