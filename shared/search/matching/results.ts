import type { MessageSummary } from '../../domain/message.ts';

export type SortOrder = 'newest' | 'oldest' | 'relevance' | 'size' | 'from' | 'subject';

export const FACETS = ['mailbox', 'folder', 'month', 'sender', 'attachmentType'] as const;
export type FacetName = (typeof FACETS)[number];

/** How often each value was counted, most frequent first; months are `YYYY-MM` (UTC), newest first. Survives JSON. */
export type FacetCounts = { readonly [Name in FacetName]: readonly (readonly [value: string, count: number])[] };

/** Where a message stands in the order of a search: compared item by item, what comes first is smaller. Survives JSON. */
export type SortPosition = readonly (number | string)[];

/** A message that matched, and where it is. Survives JSON. */
export interface MatchedMessage {
  readonly position: SortPosition;
  readonly archiveId: string;
  readonly mailboxId: string;
  readonly part: string;
  readonly segmentId: string;
  /** Its number in the segment. */
  readonly document: number;
}

/** Names a segment. Survives JSON. */
export interface SegmentName {
  readonly mailboxId: string;
  readonly part: string;
  readonly segmentId: string;
}

/** What a search knows after some of its units. Survives JSON; `mergeResults` joins it with others. */
export interface PartialResult {
  /** In the order of the search, strictly after the position asked for; at most as many as asked for. */
  readonly items: readonly MatchedMessage[];
  /** Whether there are more after the last of `items`. */
  readonly hasMore: boolean;
  /**
   * How many were counted, before the position asked for too. Not exact: there are at least so many, or a limit, a
   * damaged segment or a stop left some out.
   */
  readonly total: number;
  readonly totalIsExact: boolean;
  /** Counted over all that `total` counts. */
  readonly facets: FacetCounts;
  /** Of relevance only: what scores were computed with, to be handed in again for later pages. */
  readonly statistics?: SearchStatistics;
  /** Segments searched, passed over because nothing in them can match or be among the shown included; `of` all there are. */
  readonly searched: { readonly segments: number; readonly of: number };
  /** Left out because they are missing or fail their checksum. */
  readonly damaged: readonly SegmentName[];
  /** Not reached because `mayGoOn` said no: to be searched by whoever continues. */
  readonly notSearched: readonly SegmentName[];
  /** Limits that cut something off, each once. */
  readonly limits: readonly SearchLimit[];
}

/**
 * `terms`: a word stood for more words of the index than are looked up. `clauses`: the query has more words than are
 * looked up. `work`: phrases and nearness were not decided for all messages.
 */
export type SearchLimit = 'terms' | 'clauses' | 'work';

/** What BM25 has to know of all messages. Survives JSON. */
export interface SearchStatistics {
  readonly documents: number;
  /** Words of all their texts together. */
  readonly words: number;
  /** For each word or phrase of the query, in its order, how many messages have it. */
  readonly frequencies: readonly number[];
}

/** A message that was found, as lists and the API show it. */
export interface FoundMessage extends MessageSummary {
  readonly archiveId: string;
  readonly mailboxId: string;
  readonly folder: string;
  /** HTML: escaped text with `<mark>` around what matched; empty where the caller may not see text. */
  readonly snippet: string;
}
