import type { SegmentColumns } from './segment.ts';

/** A document of one of several segments. */
export interface SourceDocument {
  readonly source: number;
  readonly document: number;
}

/** What decides the order of the documents of a segment. */
export interface OrderedSource {
  readonly columns: Pick<SegmentColumns, 'sortDates' | 'removed'>;
  readonly archiveIds: readonly string[];
}

/** All documents that are not removed, newest first, those of one date by id. */
export function mergeOrder(sources: readonly OrderedSource[]): SourceDocument[] {
  const all: (SourceDocument & { readonly date: number; readonly id: string })[] = [];
  for (const [source, { columns, archiveIds }] of sources.entries()) {
    for (const [document, id] of archiveIds.entries()) {
      if (columns.removed[document] === 1) continue;
      all.push({ source, document, date: columns.sortDates[document] ?? 0, id });
    }
  }
  all.sort((a, b) => b.date - a.date || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.source - b.source));
  return all;
}

/** For each source the number of each of its documents in that order, -1 for none. */
export function newNumbers(order: readonly SourceDocument[], documentCounts: readonly number[]): readonly Int32Array[] {
  const numbers = documentCounts.map((count) => new Int32Array(count).fill(-1));
  for (const [number, { source, document }] of order.entries()) {
    const its = numbers[source];
    if (its) its[document] = number;
  }
  return numbers;
}
