import { DamagedSegmentError } from '../../errors.ts';
import type { Segment, SegmentColumns } from '../segments/segment.ts';
import type { DocumentSet } from './document-set.ts';
import { matchSegment, type SeenDocuments, seenDocuments, sightOf } from './match-segment.ts';
import type { Plan, TextPlan } from './plan.ts';
import { scoresOf } from './relevance.ts';
import type { SearchLimit, SearchStatistics, SegmentName, SortOrder, SortPosition } from './results.ts';
import type { SegmentSnapshot, Visibility } from './searched-unit.ts';
import { SegmentLookup, termsOfEach } from './segment-lookup.ts';
import { isSeen } from './sight.ts';
import { firstAfter, sortKeys } from './sort-keys.ts';
import { topPlaces } from './top-documents.ts';

/** A segment, and the query as it is asked of its unit. */
export interface SegmentTask {
  readonly name: SegmentName;
  readonly snapshot: SegmentSnapshot;
  readonly visibility: Visibility;
  readonly plan: Plan;
  /** `undefined` for what is not seen in this unit. */
  readonly clauses: readonly (TextPlan | undefined)[];
  readonly patternCount: number;
}

/** Which of the matches of a segment are wanted in order. */
export interface Ordering {
  readonly sort: SortOrder;
  readonly after?: SortPosition;
  readonly most: number;
  readonly statistics?: SearchStatistics;
}

export interface SegmentMatches {
  readonly segment: Segment;
  readonly columns: SegmentColumns;
  readonly seen: SeenDocuments;
  readonly found: DocumentSet;
  /** The first of them after the position, in order. */
  readonly documents: Uint32Array;
  readonly keys: readonly (number | string)[];
  readonly limits: ReadonlySet<SearchLimit>;
}

/** `undefined` where a segment is damaged. */
export async function unlessDamaged<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DamagedSegmentError) return undefined;
    throw error;
  }
}

/** A segment opened for one query. Throws `DamagedSegmentError`. */
export async function openTask({ snapshot, visibility, patternCount }: SegmentTask) {
  const segment = await snapshot.open();
  const columns = await segment.columns();
  return {
    lookup: new SegmentLookup(segment, columns, termsOfEach(patternCount)),
    seen: seenDocuments(columns, visibility),
  };
}

/** Everything that matches in one segment, and the first of it in order. Throws `DamagedSegmentError`. */
export async function searchSegment(task: SegmentTask, ordering: Ordering): Promise<SegmentMatches> {
  const { lookup, seen } = await openTask(task);
  const { segment, columns, limits } = lookup;
  await lookup.prepare(task.plan);
  const found = await matchSegment(lookup, task.plan, seen);
  const first = found.size === 0 ? NOTHING : await firstInOrder(task, ordering, lookup, seen, found);
  return { segment, columns, seen, found, ...first, limits };
}

const NOTHING = { documents: new Uint32Array(0), keys: [] };

async function firstInOrder(
  task: SegmentTask,
  { sort, after, most, statistics }: Ordering,
  lookup: SegmentLookup,
  seen: SeenDocuments,
  found: DocumentSet,
): Promise<Pick<SegmentMatches, 'documents' | 'keys'>> {
  const { segment, columns } = lookup;
  const tied = after ? await firstAfter(segment, columns, task.name.mailboxId, after) : 0;
  if (sort === 'newest') {
    // The order of numbers is the order asked for.
    const documents = found.documents(tied, most);
    return { documents, keys: Array.from(documents, (document) => 0 - (columns.sortDates[document] ?? 0)) };
  }
  const documents = found.documents();
  const scores =
    sort === 'relevance' && statistics ? await scoresOf(lookup, task.clauses, seen, statistics, documents) : undefined;
  const hidesSubject = (document: number) => !isSeen('subject', sightOf(document, seen), false);
  const order = await sortKeys(sort, segment, columns, { scores, hidesSubject });
  const keys = order.of(documents);
  if (after) leaveOutBefore(order.within(after[0] ?? 0), tied, documents, keys);
  const places = topPlaces(keys, most).filter((place) => keys[place] !== Infinity);
  return {
    documents: places.map((place) => documents[place] ?? 0),
    keys: Array.from(places, (place) => order.comparable(keys[place] ?? 0)),
  };
}

/** Gives what does not stand after the position a key behind all others. */
function leaveOutBefore(key: number, tied: number, documents: Uint32Array, keys: Float64Array): void {
  for (let n = 0; n < keys.length; n++) {
    const own = keys[n] as number;
    if (own < key || (own === key && (documents[n] as number) < tied)) keys[n] = Infinity;
  }
}
