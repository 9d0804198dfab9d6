import type { SegmentColumns, ValueColumn } from '../segments/segment.ts';
import { DocumentSet } from './document-set.ts';
import { comparedName, type FilterPlan } from './plan.ts';

/** Those of `within` that the filter lets through. A folder stands for those below it too. */
export function matchFilter(filter: FilterPlan, columns: SegmentColumns, within: DocumentSet): DocumentSet {
  switch (filter.kind) {
    case 'date': {
      const { sortDates } = columns;
      // Newest first: what is before `to` begins where dates fall below it.
      const from = firstBelow(sortDates, filter.to);
      return within.and(DocumentSet.range(sortDates.length, from, firstBelow(sortDates, filter.from)));
    }
    case 'size': {
      const { sizes } = columns;
      return kept(within, (document) => {
        const size = sizes[document] ?? 0;
        return size > filter.above && size < filter.below;
      });
    }
    case 'flag':
      return kept(within, (document) => ((columns.flags[document] ?? 0) & filter.flag) !== 0);
    case 'type':
      return withValue(columns.attachmentTypes, within, (value) => value.toLowerCase() === filter.type);
    case 'folder':
      return withValue(columns.folders, within, (value) => isInFolder(value, filter.folder));
  }
}

/** Whether a folder is the one that is asked for (as `comparedName` writes it), or below it. */
export function isInFolder(name: string, asked: string): boolean {
  const compared = comparedName(name);
  return compared === asked || compared.startsWith(`${asked}/`);
}

/** The first message whose date is before `instant`; dates descend. */
export function firstBelow(sortDates: Float64Array, instant: number): number {
  let low = 0;
  let high = sortDates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sortDates[middle] ?? 0) >= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withValue(
  { values, starts, ordinals }: ValueColumn,
  within: DocumentSet,
  isAsked: (value: string) => boolean,
) {
  const asked = new Uint8Array(values.length);
  let isAny = false;
  for (let ordinal = 0; ordinal < values.length; ordinal++) {
    if (!isAsked(values[ordinal] ?? '')) continue;
    asked[ordinal] = 1;
    isAny = true;
  }
  if (!isAny) return DocumentSet.none(within.documentCount);
  return kept(within, (document) => {
    const end = starts[document + 1] ?? 0;
    for (let i = starts[document] ?? 0; i < end; i++) if (asked[ordinals[i] ?? 0] === 1) return true;
    return false;
  });
}

/** Those of `within` for which `isKept`. */
export function kept(within: DocumentSet, isKept: (document: number) => boolean): DocumentSet {
  const left = DocumentSet.none(within.documentCount);
  const documents = within.documents();
  for (let i = 0; i < documents.length; i++) if (isKept(documents[i] as number)) left.addOne(documents[i] as number);
  return left;
}
