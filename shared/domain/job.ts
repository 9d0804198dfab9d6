export type JobKind = 'rebuild' | 'reindex' | 'sweep' | 'verify' | 'search';
export type JobState = 'queued' | 'running' | 'finished';
export type JobOutcome = 'succeeded' | 'completedWithErrors' | 'failed' | 'cancelled' | 'disconnected';

/** What a job has seen, and what became of it: `seen` is the sum of the five outcomes. */
export interface JobCounts {
  readonly seen: number;
  readonly archived: number;
  readonly rendition: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly excluded: number;
  readonly bytes: number;
}

/** One run of a profile or of a maintenance task. Times are ISO 8601, UTC. */
export interface Job {
  readonly jobId: string;
  readonly kind: JobKind;
  /** For the run of a profile. */
  readonly profileId?: string;
  /** For a reindex of one mailbox. */
  readonly mailboxId?: string;
  readonly state: JobState;
  readonly outcome?: JobOutcome;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly counts: JobCounts;
  /** What a maintenance task did, by name: for people. */
  readonly details?: { readonly [name: string]: number };
}

export const NO_COUNTS: JobCounts = {
  seen: 0,
  archived: 0,
  rendition: 0,
  duplicate: 0,
  quarantined: 0,
  excluded: 0,
  bytes: 0,
};
