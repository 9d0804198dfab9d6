import type { BuiltSegment } from './built-segment.ts';
import { closeSegment, type DocumentFacts } from './close-segment.ts';
import { documentColumns } from './columns.ts';
import { mergeOrder, newNumbers, type SourceDocument } from './merge-order.ts';
import { mergeTerms } from './merge-terms.ts';
import { OpenedSegment } from './opened-segment.ts';
import type { Segment } from './segment.ts';
import { type ChunkPlace, checked, type TextFile } from './text-file.ts';
import { valuesOf } from './value-column.ts';

/** Chunks that lie side by side are read together up to this. */
const WINDOW_BYTES = 256 * 1024;

/**
 * One segment with the messages of all of these, as their changes leave them; those removed are gone, and their terms.
 * A message must be in no more than one of them unremoved. Throws `DamagedSegmentError`, and `TypeError` where the
 * segments were not opened by `openSegment` or are of different tokenisers.
 */
export async function mergeSegments(segments: readonly Segment[]): Promise<BuiltSegment> {
  const opened = segments.map((segment) => {
    if (segment instanceof OpenedSegment) return segment;
    throw new TypeError('a segment that was not opened');
  });
  const [tokeniser = 0, ...others] = new Set(opened.map(({ parts }) => parts.tokeniser));
  if (others.length > 0) throw new TypeError('segments of different tokenisers');
  const sources = await Promise.all(opened.map(readSource));
  const order = mergeOrder(sources);
  const numbers = newNumbers(
    order,
    opened.map(({ documentCount }) => documentCount),
  );
  const chunks = order.map(({ source, document }) => sources[source]?.places[document] ?? NO_CHUNK);
  return closeSegment(
    await mergeTerms(opened, numbers),
    tokeniser,
    order.flatMap(({ source, document }) => sources[source]?.factsOf(document) ?? []),
    chunks.map(({ start, end, checksum }) => ({ length: end - start, checksum })),
    () => copyChunks(sources, order),
  );
}

type Source = Awaited<ReturnType<typeof readSource>>;

async function readSource(segment: OpenedSegment) {
  const documents = Array.from({ length: segment.documentCount }, (_, document) => document);
  const [columns, subjects, archiveIds, texts] = await Promise.all([
    segment.columns(),
    segment.subjectKeys(),
    segment.archiveIds(documents),
    segment.textFile(),
  ]);
  const factsOf = (document: number): DocumentFacts => ({
    ...documentColumns(columns, document),
    archiveId: archiveIds[document] ?? '',
    subjectKey: valuesOf(subjects, document)[0] ?? '',
  });
  return { columns, archiveIds, factsOf, texts, places: await texts.places(documents) };
}

/** The chunks as they are, in the new order; within a source that is their own, so that each is read once. */
async function* copyChunks(sources: readonly Source[], order: readonly SourceDocument[]): AsyncIterable<Uint8Array> {
  const windows = sources.map(({ texts }) => new ChunkWindow(texts));
  for (const { source, document } of order) {
    const place = sources[source]?.places[document];
    const window = windows[source];
    if (place && window) yield await window.read(place);
  }
}

class ChunkWindow {
  readonly #texts: TextFile;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array();

  constructor(texts: TextFile) {
    this.#texts = texts;
  }

  async read({ start, end, checksum }: ChunkPlace): Promise<Uint8Array> {
    if (start < this.#start || end > this.#start + this.#bytes.length) {
      this.#bytes = await this.#texts.readUnchecked(start, Math.max(end, start + WINDOW_BYTES));
      this.#start = start;
    }
    return checked(this.#bytes.subarray(start - this.#start, end - this.#start), checksum);
  }
}

const NO_CHUNK: ChunkPlace = { start: 0, end: 0, checksum: 0 };
