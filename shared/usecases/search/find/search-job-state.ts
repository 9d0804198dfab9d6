import type { ObjectKey } from '../../../ports/object-store.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { FailedUnit, WantedUnit } from '../../../ports/search-workers.ts';
import type {
  FoundMessage,
  PartialResult,
  SearchStatistics,
  SortOrder,
  SortPosition,
} from '../../../search/matching/results.ts';
import type { Visibility } from '../../../search/matching/searched-unit.ts';
import type { Query } from '../../../search/query/query.ts';
import type { SearchQuestion } from './plan-search.ts';

/** What is kept of a search that runs as a job, beside the job: replaced after each step. JSON. */
export interface SearchState {
  readonly format: 1;
  readonly userId: string;
  readonly question: SearchQuestion;
  readonly query: Query;
  readonly sort: SortOrder;
  /** How many messages it keeps. */
  readonly limit: number;
  readonly after?: SortPosition;
  readonly statistics?: SearchStatistics;
  /** By mailbox, when it began. */
  readonly visibilities: readonly (readonly [mailboxId: string, visibility: Visibility])[];
  /** Units that have yet to be searched. */
  readonly left: readonly WantedUnit[];
  readonly result: PartialResult;
  readonly messages: readonly FoundMessage[];
  readonly failed: readonly FailedUnit[];
}

/** `undefined` where there is none, any more or at all: copies expire. */
export async function readState({ derived }: Pick<Ports, 'derived'>, jobId: string): Promise<SearchState | undefined> {
  if (!/^job-[0-9a-v]+$/.test(jobId)) return undefined;
  const object = await derived.get(stateKey(jobId));
  return object && JSON.parse(Buffer.from(object.body).toString());
}

export async function keepState({ derived }: Pick<Ports, 'derived'>, jobId: string, state: SearchState): Promise<void> {
  await derived.put(stateKey(jobId), Buffer.from(JSON.stringify(state)));
}

function stateKey(jobId: string): ObjectKey {
  return `exports/searches/${jobId}.json`;
}
