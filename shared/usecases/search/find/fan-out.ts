import type { LogSink } from '../../../ports/log-sink.ts';
import type {
  FailedUnit,
  SearchTask,
  SearchTaskAnswer,
  SearchWorkers,
  SegmentHome,
  WantedUnit,
} from '../../../ports/search-workers.ts';
import { mergeResults, mergeStatistics } from '../../../search/matching/merge-results.ts';
import type { FacetCounts, FoundMessage, MatchedMessage, PartialResult } from '../../../search/matching/results.ts';
import type { Query } from '../../../search/query/query.ts';

/** What is asked of all units together. */
export type WholeSearch = Pick<SearchTask, 'sort' | 'limit' | 'after' | 'statistics' | 'facets'> & {
  readonly query: Query;
};

/** What came of a search over units. */
export interface FannedOut {
  readonly result: PartialResult;
  readonly messages: readonly FoundMessage[];
  readonly failed: readonly FailedUnit[];
  /**
   * Units that there was no time for, or not for all of them. What was found in them nevertheless is in `result`, not
   * in `done`.
   */
  readonly left: readonly WantedUnit[];
  /** As `result`, of the units that were searched to the end: what whoever goes on with `left` begins with. */
  readonly done: PartialResult;
}

type UnitName = Pick<WantedUnit, 'mailboxId' | 'part'>;

interface Parts {
  readonly workers: SearchWorkers;
  readonly logs: LogSink;
  /** Milliseconds left. */
  readonly timeLeft: () => number;
}

/** However much time there is, a task ends by then: the function that does it has a minute. */
const MOST_TASK_MS = 45_000;
/** Time that is kept for loading the texts of the page. */
const PAGE_MS = 2_000;

/** Searches these units by the workers, as many at once as there are, and shows the first of it. */
export async function fanOut(parts: Parts, units: readonly WantedUnit[], search: WholeSearch): Promise<FannedOut> {
  if (units.length <= parts.workers.unitsPerTask) return await byOneWorker(parts, units, search);
  const chunks = chunksOf(units, parts.workers);
  const statistics = search.statistics ?? (await gathered(parts, chunks, search));
  const matching = { ...search, ...(statistics && { statistics }), want: 'matches' } as const;
  const answers = await atOnce(parts, chunks, matching);
  const results = answers.map(({ result }) => result).filter((result) => result !== undefined);
  const ended = answers.map(({ result }) => result).filter((result) => result && result.notSearched.length === 0);
  const failed = answers.flatMap((answer) => answer.failed);
  const left = answers.flatMap(({ result }, index) => {
    return result && result.notSearched.length === 0 ? [] : (chunks[index] ?? []);
  });
  const isFailed = new Set(failed.map(unitName));
  const result = merged(results, search.limit);
  const homes = answers.flatMap((answer) => answer.homes ?? []);
  const page = await shown(parts, { units, homes }, search, result.items);
  return {
    result: left.length > 0 ? { ...result, totalIsExact: false } : result,
    messages: page.messages,
    failed: [...failed, ...page.failed],
    left: left.filter((unit) => !isFailed.has(unitName(unit))),
    done: merged(
      ended.filter((one) => one !== undefined),
      search.limit,
    ),
  };
}

async function byOneWorker(parts: Parts, units: readonly WantedUnit[], search: WholeSearch): Promise<FannedOut> {
  const [answer] = await atOnce(parts, [units], { ...search, want: 'page' });
  const result = answer?.result ?? NOTHING;
  const failed = answer?.failed ?? [];
  const isFailed = new Set(failed.map(unitName));
  const left = result.notSearched.length > 0 ? units.filter((unit) => !isFailed.has(unitName(unit))) : [];
  return { result, messages: answer?.messages ?? [], failed, left, done: left.length > 0 ? NOTHING : result };
}

/** What relevance has to know; `undefined` for other orders. */
async function gathered(parts: Parts, chunks: readonly (readonly WantedUnit[])[], search: WholeSearch) {
  if (search.sort !== 'relevance') return undefined;
  const answers = await atOnce(parts, chunks, { ...search, want: 'statistics' });
  const known = answers.map(({ statistics }) => statistics).filter((one) => one !== undefined);
  return known.length === 0 ? undefined : mergeStatistics(known);
}

/** The texts of the page, from the units that its messages are in. */
async function shown(
  parts: Parts,
  { units, homes }: { readonly units: readonly WantedUnit[]; readonly homes: readonly SegmentHome[] },
  search: WholeSearch,
  items: readonly MatchedMessage[],
) {
  const byUnit = Map.groupBy(items, unitName);
  const homesByUnit = Map.groupBy(homes, unitName);
  const chunks = chunksOf(
    units.filter((unit) => byUnit.has(unitName(unit))),
    parts.workers,
  );
  const answers = await Promise.all(
    chunks.map(async (chunk) => {
      const own = chunk.flatMap((unit) => byUnit.get(unitName(unit)) ?? []);
      const there = chunk.flatMap((unit) => homesByUnit.get(unitName(unit)) ?? []);
      const budgetMs = Math.min(MOST_TASK_MS, Math.max(PAGE_MS, parts.timeLeft()));
      return await attempted(parts, {
        ...taskOf(search, 'messages'),
        units: chunk,
        items: own,
        homes: there,
        budgetMs,
      });
    }),
  );
  const messages = new Map(
    answers.flatMap(({ messages: some = [] }) => some.map((message) => [nameOf(message), message] as const)),
  );
  return {
    messages: items.map((item) => messages.get(nameOf(item))).filter((message) => message !== undefined),
    failed: answers.flatMap(({ failed }) => failed),
  };
}

/** Gives the chunks to the workers, never more at once than they take; an answer for each, in order. */
async function atOnce(
  parts: Parts,
  chunks: readonly (readonly WantedUnit[])[],
  search: WholeSearch & Pick<SearchTask, 'want'>,
): Promise<readonly SearchTaskAnswer[]> {
  const answers: SearchTaskAnswer[] = chunks.map(() => ({ failed: [] }));
  const waiting = [...chunks.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, units] = next;
      const budgetMs = Math.min(MOST_TASK_MS, parts.timeLeft() - PAGE_MS);
      // What is never begun is left over.
      if (budgetMs <= 0) return;
      answers[index] = await attempted(parts, { ...taskOf(search, search.want), units, budgetMs });
    }
  };
  await Promise.all(Array.from({ length: Math.min(parts.workers.atOnce, chunks.length) }, work));
  return answers;
}

/** A task whose worker cannot be had, or died of it, has failed for all its units; the others are answered. */
async function attempted({ workers, logs }: Parts, task: SearchTask): Promise<SearchTaskAnswer> {
  try {
    return await workers.run(task);
  } catch (error) {
    logs.error('part of a search failed', { units: task.units.length, error });
    const failed = task.units.map(({ mailboxId, part }) => ({ mailboxId, part }));
    return { failed, result: { ...NOTHING, totalIsExact: false, searched: { segments: 0, of: failed.length } } };
  }
}

function taskOf({ query, sort, limit, after, statistics, facets }: WholeSearch, want: SearchTask['want']) {
  return { want, query, sort, limit, facets, ...(after && { after }), ...(statistics && { statistics }) };
}

/** As many chunks as keep all workers busy, of at most so many units; units of a mailbox stay side by side. */
function chunksOf(units: readonly WantedUnit[], { atOnce: many, unitsPerTask }: SearchWorkers) {
  const size = Math.max(1, Math.min(unitsPerTask, Math.ceil(units.length / many)));
  const chunks: (readonly WantedUnit[])[] = [];
  for (let start = 0; start < units.length; start += size) chunks.push(units.slice(start, start + size));
  return chunks;
}

function merged(results: readonly PartialResult[], limit: number): PartialResult {
  return results.length === 0 ? NOTHING : mergeResults(results, limit);
}

function unitName({ mailboxId, part }: UnitName): string {
  return `${mailboxId}/${part}`;
}

/** Tells a message of a mailbox from all others. */
export function nameOf({ mailboxId, archiveId }: Pick<FoundMessage, 'mailboxId' | 'archiveId'>): string {
  return `${mailboxId}/${archiveId}`;
}

const NO_FACETS: FacetCounts = { mailbox: [], folder: [], month: [], sender: [], attachmentType: [] };

/** The result over no units. */
export const NOTHING: PartialResult = {
  items: [],
  hasMore: false,
  total: 0,
  totalIsExact: true,
  facets: NO_FACETS,
  searched: { segments: 0, of: 0 },
  damaged: [],
  notSearched: [],
  limits: [],
};
