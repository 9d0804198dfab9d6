import type { Query } from '../query/query.ts';
import { Candidates } from './candidates.ts';
import { FacetCounter } from './facet-counter.ts';
import { COUNTED_AT_LEAST, MOST_SHOWN, SEGMENTS_AT_ONCE } from './matching-limits.ts';
import { mergeStatistics } from './merge-results.ts';
import { statisticsOf } from './relevance.ts';
import type { PartialResult, SearchLimit, SearchStatistics, SortOrder, SortPosition } from './results.ts';
import {
  type Ordering,
  openTask,
  type SegmentMatches,
  type SegmentTask,
  searchSegment,
  unlessDamaged,
} from './search-segment.ts';
import type { SearchedUnit } from './searched-unit.ts';
import { inSearchOrder, isBefore, isBehind, segmentTasks } from './segment-tasks.ts';

export interface SearchOptions {
  readonly sort: SortOrder;
  /** At most `MOST_SHOWN`. */
  readonly limit: number;
  /** The position of the last message of the page before; see `isSortPosition`. */
  readonly after?: SortPosition;
  /**
   * For relevance: those of the first page, or of all workers together (`mergeStatistics`); gathered from `units` where
   * missing.
   */
  readonly statistics?: SearchStatistics;
  /** Asked before each few segments; false ends the search with what it has. */
  readonly mayGoOn?: () => boolean;
  /** Facets are counted unless this is false. */
  readonly facets?: boolean;
}

/**
 * Finds what matches `query` in these units, the first `limit` of it in the order asked for. Filters by mailbox name it
 * by id. The answer of several calls for different units is joined by `mergeResults`, and made a page by `pageOf`.
 * By date it stops once the page is full and `COUNTED_AT_LEAST` are counted. Damaged segments are left out and named.
 */
export async function searchUnits(
  units: readonly SearchedUnit[],
  query: Query,
  options: SearchOptions,
): Promise<PartialResult> {
  const tasks = segmentTasks(units, query);
  const of = units.reduce((sum, { segments }) => sum + segments.length, 0);
  const damaged = new Set<SegmentTask>();
  for (;;) {
    const result = await searchTasks(tasks, of, options, damaged);
    // A segment proved damaged after its messages had been counted: all again without it.
    if (result) return result;
  }
}

/**
 * What relevance needs to know of all messages of these units, before they are searched by several workers. Leaves damaged
 * segments out, and those that were not reached when `mayGoOn` answers false.
 */
export async function gatherStatistics(
  units: readonly SearchedUnit[],
  query: Query,
  mayGoOn: () => boolean = () => true,
): Promise<SearchStatistics> {
  return statisticsOfTasks(segmentTasks(units, query), new Set(), mayGoOn);
}

/** `undefined` where a segment turned out damaged late; it is in `damaged` then. */
async function searchTasks(
  tasks: readonly SegmentTask[],
  of: number,
  options: SearchOptions,
  damaged: Set<SegmentTask>,
): Promise<PartialResult | undefined> {
  const { sort, after, mayGoOn = () => true } = options;
  const limit = Math.min(options.limit, MOST_SHOWN);
  const statistics =
    sort === 'relevance' ? (options.statistics ?? (await statisticsOfTasks(tasks, damaged, mayGoOn))) : undefined;
  const ordering: Ordering = {
    sort,
    most: limit + 1,
    ...(after ? { after } : {}),
    ...(statistics ? { statistics } : {}),
  };
  const run = new Run(ordering, options.facets !== false);
  let waiting: readonly SegmentTask[] = inSearchOrder(tasks, sort).filter((task) => !damaged.has(task));
  let isStopped = false;
  let searched = 0;
  // By date the first segments are often enough; what waits for storage together grows from there.
  let atOnce = sort === 'newest' || sort === 'oldest' ? 1 : SEGMENTS_AT_ONCE;
  while (waiting.length > 0) {
    const needed = run.needed(waiting);
    if (needed.length < waiting.length) run.isComplete = false;
    waiting = needed;
    isStopped = waiting.length > 0 && !mayGoOn();
    if (isStopped) break;
    const batch = waiting.slice(0, atOnce);
    const matches = await Promise.all(batch.map((task) => unlessDamaged(searchSegment(task, ordering))));
    for (const [n, task] of batch.entries()) {
      const found = matches[n];
      if (found) run.add(task, found);
      else damaged.add(task);
    }
    waiting = waiting.slice(batch.length);
    searched += batch.length;
    atOnce = Math.min(atOnce * 2, SEGMENTS_AT_ONCE, segmentsLacking(run.total, searched));
  }
  const items = await run.candidates.inOrder();
  if (!Array.isArray(items)) {
    const unreadable = tasks.find(({ name }) => name === items);
    if (unreadable) damaged.add(unreadable);
    return undefined;
  }
  const notSearched = isStopped ? waiting : [];
  return {
    items: items.slice(0, limit),
    hasMore: items.length > limit,
    total: run.total,
    totalIsExact: run.isComplete && notSearched.length === 0 && damaged.size === 0 && run.limits.size === 0,
    facets: run.facets.counts(),
    ...(statistics ? { statistics } : {}),
    searched: { segments: of - damaged.size - notSearched.length, of },
    damaged: [...damaged].map(({ name }) => name),
    notSearched: notSearched.map(({ name }) => name),
    limits: [...run.limits],
  };
}

/**
 * How many more segments, of what was found in those so far, hold enough to be counted; any number where that does not
 * matter.
 */
function segmentsLacking(total: number, searched: number): number {
  return total === 0 || total >= COUNTED_AT_LEAST
    ? Infinity
    : Math.ceil(((COUNTED_AT_LEAST - total) * searched) / total);
}

/** What was found so far. */
class Run {
  total = 0;
  /** False once something was passed over that may match. */
  isComplete = true;
  readonly limits = new Set<SearchLimit>();
  readonly facets = new FacetCounter();
  readonly candidates: Candidates;
  readonly #ordering: Ordering;
  readonly #withFacets: boolean;

  constructor(ordering: Ordering, withFacets: boolean) {
    this.#ordering = ordering;
    this.#withFacets = withFacets;
    this.candidates = new Candidates(ordering.most);
  }

  add({ name }: SegmentTask, { segment, columns, seen, found, documents, keys, limits }: SegmentMatches): void {
    this.total += found.size;
    for (const limit of limits) this.limits.add(limit);
    this.candidates.add(name, segment, documents, keys, columns.sortDates);
    if (this.#withFacets) this.facets.add(name.mailboxId, columns, found, seen);
  }

  /** Those that may hold something that is shown, or that is counted. */
  needed(tasks: readonly SegmentTask[]): readonly SegmentTask[] {
    if (this.total < COUNTED_AT_LEAST) return tasks;
    const { sort, after } = this.#ordering;
    const last = this.candidates.lastDate;
    return tasks.filter((task) => {
      if (last !== undefined && isBehind(task, sort, last)) return false;
      return !after || !isBefore(task, sort, 0 - Number(after[1]));
    });
  }
}

async function statisticsOfTasks(
  tasks: readonly SegmentTask[],
  damaged: Set<SegmentTask>,
  mayGoOn: () => boolean,
): Promise<SearchStatistics> {
  const parts: SearchStatistics[] = [];
  for (let from = 0; from < tasks.length && mayGoOn(); from += SEGMENTS_AT_ONCE) {
    const batch = tasks.slice(from, from + SEGMENTS_AT_ONCE).filter((task) => !damaged.has(task));
    const found = await Promise.all(
      batch.map((task) =>
        unlessDamaged(openTask(task).then(({ lookup, seen }) => statisticsOf(lookup, task.clauses, seen))),
      ),
    );
    for (const [n, task] of batch.entries()) {
      const part = found[n];
      if (part) parts.push(part);
      else damaged.add(task);
    }
  }
  return mergeStatistics(parts);
}
