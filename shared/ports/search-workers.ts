import type { ManifestSegment } from '../search/manifest.ts';
import type {
  FoundMessage,
  MatchedMessage,
  PartialResult,
  SearchStatistics,
  SortOrder,
  SortPosition,
} from '../search/matching/results.ts';
import type { Visibility } from '../search/matching/searched-unit.ts';
import type { Query } from '../search/query/query.ts';

/** A unit of the index to be searched, and what the caller may find in it. Survives JSON. */
export interface WantedUnit {
  readonly mailboxId: string;
  readonly part: string;
  readonly visibility: Visibility;
}

/** A part of a search. Survives JSON. */
export interface SearchTask {
  readonly units: readonly WantedUnit[];
  /** Names mailboxes by their ids. */
  readonly query: Query;
  /**
   * `statistics`: what relevance has to know. `matches`: what is found. `page`: that, and how it is shown.
   * `messages`: how `items`, found before, are shown.
   */
  readonly want: 'statistics' | 'matches' | 'page' | 'messages';
  readonly sort: SortOrder;
  readonly limit: number;
  readonly after?: SortPosition;
  readonly statistics?: SearchStatistics;
  readonly facets: boolean;
  /** Of `messages` only: what is shown, and the segments it is in, which a manifest may name no more. */
  readonly items?: readonly MatchedMessage[];
  readonly homes?: readonly SegmentHome[];
  /** How long it may take: what is not reached by then is left out, and named. */
  readonly budgetMs: number;
}

/** A segment as the manifest of its unit named it. Survives JSON. */
export interface SegmentHome {
  readonly mailboxId: string;
  readonly part: string;
  readonly facts: ManifestSegment;
}

/** What came of a task. Survives JSON. */
export interface SearchTaskAnswer {
  /** Of `matches` and `page`. */
  readonly result?: PartialResult;
  /** Of `matches`: the segments that its items are in. */
  readonly homes?: readonly SegmentHome[];
  readonly statistics?: SearchStatistics;
  /** Of `page` and `messages`, in order; without those whose texts are damaged. */
  readonly messages?: readonly FoundMessage[];
  /** What was left out of the answer. */
  readonly failed: readonly FailedUnit[];
}

/** A unit whose index is damaged, or could not be read at all. */
export interface FailedUnit {
  readonly mailboxId: string;
  readonly part: string;
  /** The segment that is missing or not what it should be; without it all of the unit. */
  readonly segmentId?: string;
  /** Somebody found it before. */
  readonly isBeingRepaired?: true;
}

/** Those who do parts of searches: threads, other functions, or this very process. */
export interface SearchWorkers {
  /** How many tasks are given to them at once at most. */
  readonly atOnce: number;
  /** How many units a task has at most. */
  readonly unitsPerTask: number;
  /** Throws `StorageError` where a worker cannot be reached, or died of the task. */
  run(task: SearchTask): Promise<SearchTaskAnswer>;
}
