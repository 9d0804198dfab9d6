import { type Job, NO_COUNTS } from '../../../domain/job.ts';
import type { Caller } from '../../../domain/session.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { FailedUnit, SearchWorkers, WantedUnit } from '../../../ports/search-workers.ts';
import { MOST_SHOWN } from '../../../search/matching/matching-limits.ts';
import { mergeResults } from '../../../search/matching/merge-results.ts';
import type { FoundMessage, PartialResult, SearchStatistics, SortPosition } from '../../../search/matching/results.ts';
import { queueNewJob } from '../../jobs/jobs.ts';
import { newId } from '../../new-id.ts';
import { fanOut, NOTHING, nameOf } from './fan-out.ts';
import type { SearchPlan, SearchQuestion } from './plan-search.ts';
import { keepState, readState, type SearchState } from './search-job-state.ts';

/** A search to be run as a job, with what is known of it. */
interface NewSearchJob {
  readonly question: SearchQuestion;
  readonly plan: SearchPlan;
  readonly after?: SortPosition;
  readonly statistics?: SearchStatistics;
  readonly left: readonly WantedUnit[];
  readonly done?: PartialResult;
  readonly messages?: readonly FoundMessage[];
  readonly failed?: readonly FailedUnit[];
}

type JobPorts = Pick<Ports, 'tables' | 'derived' | 'queue' | 'clock' | 'entropy'>;

/** Begins a search as a job, for as long as copies are kept below `exports/`. */
export async function beginSearchJob(ports: JobPorts, { userId }: Caller, search: NewSearchJob): Promise<Job> {
  const { question, plan, left, done = NOTHING, messages = [], failed = [], after, statistics } = search;
  const jobId = newId(ports, 'job');
  const { query, sort, visibilityOf } = plan;
  await keepState(ports, jobId, {
    format: 1,
    userId,
    question,
    query,
    sort,
    // What was found before it began is no longer list than was asked for.
    limit: search.done ? question.limit : MOST_SHOWN,
    ...withoutUndefined({ after, statistics: statistics ?? done.statistics }),
    visibilities: [...visibilityOf],
    left,
    result: done,
    messages,
    failed,
  });
  const job: Job = {
    jobId,
    kind: 'search',
    state: 'queued',
    startedAt: ports.clock.now().toISOString(),
    counts: NO_COUNTS,
  };
  await queueNewJob(ports, job);
  return job;
}

/** What a job's slice needs of searching. */
export interface SearchJobContext {
  readonly ports: Pick<Ports, 'derived' | 'logs'>;
  readonly workers: SearchWorkers;
}

/** How long one step may take; the result so far can be seen after each. */
const STEP_MS = 60_000;

/** Searches on for as long as `mayGoOn` answers true. `isDone`: there is nothing left to search. Safe to repeat. */
export async function runSearchJob(
  { ports, workers }: SearchJobContext,
  jobId: string,
  mayGoOn: () => boolean,
): Promise<{ readonly isDone: boolean; readonly details: { readonly [name: string]: number } }> {
  let state = await readState(ports, jobId);
  // Copies expire: nobody waits for this one any more.
  if (!state) return { isDone: true, details: { units: 0 } };
  while (state.left.length > 0 && mayGoOn()) {
    state = await nextState({ ports, workers }, state);
    await keepState(ports, jobId, state);
  }
  const { left, result, failed } = state;
  return { isDone: left.length === 0, details: { found: result.total, left: left.length, faults: failed.length } };
}

async function nextState({ ports, workers }: SearchJobContext, state: SearchState): Promise<SearchState> {
  const size = workers.unitsPerTask * workers.atOnce;
  // The scores of relevance are of all messages together: the first step is then the only one.
  const isWhole = state.sort === 'relevance' && !state.statistics;
  const units = isWhole ? state.left : state.left.slice(0, size);
  const endsAt = performance.now() + (isWhole ? STEP_MS * 10 : STEP_MS);
  const { query, sort, limit, after, statistics } = state;
  const search = { query, sort, limit, facets: true, ...withoutUndefined({ after, statistics }) };
  const found = await fanOut({ workers, logs: ports.logs, timeLeft: () => endsAt - performance.now() }, units, search);
  const isStuck = found.left.length === units.length;
  const result = mergeResults([state.result, found.done], limit);
  const shown = new Set(result.items.map(nameOf));
  return {
    ...state,
    ...withoutUndefined({ statistics: statistics ?? found.result.statistics }),
    // What takes longer than a step alone is given up, and named.
    left: [...(isStuck ? [] : found.left), ...state.left.slice(units.length)],
    result,
    messages: [...state.messages, ...found.messages].filter((message) => shown.delete(nameOf(message))),
    failed: [
      ...state.failed,
      ...found.failed,
      ...(isStuck ? found.left.map(({ mailboxId, part }) => ({ mailboxId, part })) : []),
    ],
  };
}

/** The fields that are there. */
function withoutUndefined<Value extends object>(
  value: Value,
): { [Name in keyof Value]?: Exclude<Value[Name], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  // `Object.entries` and `fromEntries` lose the type of each property.
  return Object.fromEntries(entries) as { [Name in keyof Value]?: Exclude<Value[Name], undefined> };
}
