import type { SettledScope } from '../message-scope.ts';

/**
 * `erasure`: a person wants mail about them gone (GDPR 17). `access`: a person wants to know of it, and a copy (GDPR
 * 15). `bulk-deletion`: somebody deletes what a search finds.
 */
export type RequestKind = (typeof REQUEST_KINDS)[number];

export const REQUEST_KINDS = ['erasure', 'access', 'bulk-deletion'] as const;

/** The kinds that delete. */
export type DeletingKind = Exclude<RequestKind, 'access'>;

/**
 * What becomes of a found message: `purge`: it goes altogether; `remove`: it goes from the mailboxes where it was
 * found, and altogether once nobody has it; `keep`: nothing becomes of it.
 */
export type RequestAction = 'purge' | 'remove' | 'keep';

/**
 * Where a request stands. `finding`: a job looks for its messages; `found`: somebody has to look at them; `running`:
 * approved, a job deletes or exports; `open`: all was done that may be done yet, what is blocked, or locked in the
 * storage, is looked at again each day; `closed`: nothing becomes of it any more.
 */
type RequestState = 'finding' | 'found' | 'running' | 'open' | 'closed';

/**
 * A set of messages that somebody asked for, and what becomes of them. Its scope names something, never everything.
 * Times are ISO 8601, UTC.
 */
export interface DataRequest extends SettledScope {
  /** Begins with its kind and its time. */
  readonly requestId: string;
  readonly kind: RequestKind;
  /** Whom or what it is about. */
  readonly name: string;
  /** As its owners file it. */
  readonly reference?: string;
  readonly reason: string;
  /** What becomes of messages that nobody decided otherwise on. Of access requests always `keep`. */
  readonly action: RequestAction;
  /** A person's own: of mailboxes that this user may read and delete in, found with this user's eyes. The user's id. */
  readonly ownedBy?: string;
  readonly state: RequestState;
  /** User name. */
  readonly createdBy: string;
  /** Until when it has to be answered. */
  readonly dueAt?: string;
  /** What was found when it was last looked for. */
  readonly found?: RequestFindings;
  readonly approvedAt?: string;
  /** User names: who asked for it and, where there was one, the second administrator. */
  readonly approvedBy?: readonly string[];
  /** What became of its messages so far. */
  readonly results?: RequestResults;
  /** Jobs that worked on it, the newest last. */
  readonly jobIds: readonly string[];
  readonly closedAt?: string;
  /** User name; absent where it closed by itself when all was done. */
  readonly closedBy?: string;
  readonly closeReason?: string;
}

/** Counts of messages, but for `bytes` and `quarantined`; `messages` is the sum of the five kinds of blocks and `free`. */
export interface RequestFindings {
  readonly foundAt: string;
  readonly messages: number;
  /** Of their first originals. */
  readonly bytes: number;
  readonly free: number;
  readonly legalHold: number;
  readonly underRetention: number;
  readonly objectLocked: number;
  readonly undecided: number;
  /** Inputs in quarantine that may concern the person; left out where they were not looked for. */
  readonly quarantined?: number;
}

/** Counts of messages. */
export interface RequestResults {
  readonly purged: number;
  /** Of what was purged or is gone, what storage has bytes of yet; they go once their locks have ended. Left out where there are none. */
  readonly bytesLocked?: number;
  /** From the mailboxes that it was about; somebody else has it yet. */
  readonly removed: number;
  /** Somebody decided so. */
  readonly kept: number;
  readonly blocked: number;
  /** Gone already. */
  readonly gone: number;
}

/** Jobs that a request remembers: one of each day that something was blocked, so the oldest are forgotten. */
export const REQUEST_JOBS = 100;
