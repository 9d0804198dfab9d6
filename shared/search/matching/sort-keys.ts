import type { Segment, SegmentColumns, ValueColumn } from '../segments/segment.ts';
import { firstBelow } from './match-filter.ts';
import type { SortOrder, SortPosition } from './results.ts';

/** What the messages of one segment are sorted by: the smaller key first, then the smaller number. */
export interface SortKeys {
  /** Keys of these messages; numbers that compare within the segment. */
  of(documents: Uint32Array): Float64Array;
  /** The key as it compares with those of other segments. */
  comparable(key: number): number | string;
  /** The number such a key compares as in this segment. */
  within(comparable: number | string): number;
}

/** `scores` are those of the messages that keys are asked for, for relevance. Hidden subjects are sorted as empty ones. */
export async function sortKeys(
  sort: SortOrder,
  segment: Segment,
  columns: SegmentColumns,
  { scores, hidesSubject }: { readonly scores?: Float64Array | undefined; hidesSubject(document: number): boolean },
): Promise<SortKeys> {
  switch (sort) {
    case 'newest':
      return numberKeys((document) => 0 - (columns.sortDates[document] ?? 0));
    case 'oldest':
      return numberKeys((document) => columns.sortDates[document] ?? 0);
    case 'size':
      return numberKeys((document) => 0 - (columns.sizes[document] ?? 0));
    case 'relevance':
      return numberKeys((_document, n) => 0 - (scores?.[n] ?? 0));
    case 'from':
      return valueKeys(columns.senders, () => false);
    case 'subject':
      return valueKeys(await segment.subjectKeys(), hidesSubject);
  }
}

function numberKeys(keyOf: (document: number, n: number) => number): SortKeys {
  return {
    of(documents) {
      const keys = new Float64Array(documents.length);
      for (let n = 0; n < keys.length; n++) keys[n] = keyOf(documents[n] ?? 0, n);
      return keys;
    },
    comparable: (key) => key,
    within: (comparable) => (typeof comparable === 'number' ? comparable : Infinity),
  };
}

/** The values ascend, so their ordinals compare as they do. A message without a value has the empty one. */
function valueKeys({ values, starts, ordinals }: ValueColumn, isHidden: (document: number) => boolean): SortKeys {
  const empty = values[0] === '' ? 0 : -1;
  return {
    of(documents) {
      const keys = new Float64Array(documents.length);
      for (let n = 0; n < keys.length; n++) {
        const document = documents[n] ?? 0;
        const start = starts[document] ?? 0;
        const hasValue = start < (starts[document + 1] ?? 0) && !isHidden(document);
        keys[n] = hasValue ? (ordinals[start] ?? 0) : empty;
      }
      return keys;
    },
    comparable: (key) => values[key] ?? '',
    within(comparable) {
      const value = String(comparable);
      if (value === '') return empty;
      let low = 0;
      let high = values.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((values[middle] ?? '') < value) low = middle + 1;
        else high = middle;
      }
      return values[low] === value ? low : low - 0.5;
    },
  };
}

/** Where two messages stand to one another: negative where the first comes first. */
export function comparePositions(a: SortPosition, b: SortPosition): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareKeys(a[i] ?? 0, b[i] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers ascending, texts by UTF-16 unit. */
export function compareKeys(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Key, sort date (newest first), `archiveId`, `mailboxId`. */
export function positionOf(key: number | string, sortDate: number, archiveId: string, mailboxId: string): SortPosition {
  return [key, 0 - sortDate, archiveId, mailboxId];
}

/** Whether something that came from outside is a position of this order. */
export function isSortPosition(value: unknown, sort: SortOrder): value is SortPosition {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [key, date, archiveId, mailboxId]: unknown[] = value;
  const isKey = sort === 'from' || sort === 'subject' ? typeof key === 'string' : Number.isFinite(key);
  return isKey && Number.isFinite(date) && typeof archiveId === 'string' && typeof mailboxId === 'string';
}

/** The first message, by number, that stands after the position where their keys are the same. */
export async function firstAfter(
  segment: Segment,
  { sortDates }: SegmentColumns,
  mailboxId: string,
  [, date = 0, archiveId = '', afterMailboxId = '']: SortPosition,
): Promise<number> {
  const instant = -Number(date);
  let low = firstAtOrBelow(sortDates, instant);
  let high = firstBelow(sortDates, instant);
  // Among messages of the same date those after it have a greater id; few dates are shared by many.
  while (low < high) {
    const middle = (low + high) >>> 1;
    const [id = ''] = await segment.archiveIds([middle]);
    const order = compareKeys(id, archiveId) || compareKeys(mailboxId, String(afterMailboxId));
    if (order <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first message whose date is `instant` or before. */
function firstAtOrBelow(sortDates: Float64Array, instant: number): number {
  let low = 0;
  let high = sortDates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sortDates[middle] ?? 0) > instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
