export type MaintenanceKind =
  | 'rebuild'
  | 'reindex'
  | 'sweep'
  | 'verify'
  | 'search'
  | 'completeness'
  | 'move-folder'
  | 'preview'
  | 'extend-locks'
  | 'find-messages'
  | 'lift-restrictions'
  | 'export-messages';
/** Tasks that delete: only the function that purges runs them. */
export type PurgingKind = 'retention' | 'erasure' | 'bulk-deletion';
/** Sets legal holds on stored versions, or lifts them: only the function that may do that runs it, and it can delete nothing. */
export type HoldJobKind = 'holds';
/** `fetch`: the run of an archiving profile; `folder-sync`: that of one that synchronises folders. */
export type ProfileJobKind = 'fetch' | 'folder-sync';
export type JobKind = MaintenanceKind | PurgingKind | HoldJobKind | ProfileJobKind;

/** Whether a job runs a profile, and so works on a mailbox at a source. */
export function isProfileJob(kind: JobKind): kind is ProfileJobKind {
  return kind === 'fetch' || kind === 'folder-sync';
}

/** Whether a job deletes: only the function that purges runs it. */
export function isPurgingJob(kind: JobKind): kind is PurgingKind {
  return kind === 'retention' || kind === 'erasure' || kind === 'bulk-deletion';
}

/** Whether a job works on legal holds of versions. */
export function isHoldJob(kind: JobKind): kind is HoldJobKind {
  return kind === 'holds';
}

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

/** How far a fetch has come; it is known once the folders were listed. */
export interface JobProgress {
  readonly folders: number;
  readonly foldersDone: number;
  /** In all of these folders, as the source told with the list; absent where it did not. */
  readonly messages?: number;
  /** Of them, those that were gone through, new or known. */
  readonly messagesDone?: number;
}

/** One run of a profile or of a maintenance task. Times are ISO 8601, UTC. */
export interface Job {
  readonly jobId: string;
  readonly kind: JobKind;
  /** For the run of a profile. */
  readonly profileId?: string;
  /** The mailbox at the source that one of several fetches. */
  readonly account?: string;
  /** The mailbox of the archive: of one of several that a profile fetches, or of a reindex of one. */
  readonly mailboxId?: string;
  /** A run that archives what it finds missing, though its profile does not. */
  readonly archivesMissing?: true;
  /** The job that started this one. */
  readonly parentJobId?: string;
  readonly state: JobState;
  readonly outcome?: JobOutcome;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly counts: JobCounts;
  readonly progress?: JobProgress;
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

/** How fast a job is, and when it may end. */
export interface JobPace {
  readonly messagesPerSecond: number;
  /** ISO 8601, UTC; absent for a job that has ended, or of which too little is known. */
  readonly estimatedEndAt?: string;
}

/**
 * The pace of a job so far; the end is estimated as if all messages took the same time, or all folders where nobody
 * knows how many messages there are. `undefined` for one that has not begun.
 */
export function paceOf({ startedAt, endedAt, state, counts, progress }: Job, now: Date): JobPace | undefined {
  if (state === 'queued') return undefined;
  const startedMs = Date.parse(startedAt);
  const tookMs = (endedAt === undefined ? now.getTime() : Date.parse(endedAt)) - startedMs;
  if (tookMs <= 0) return undefined;
  const messagesPerSecond = Math.round((counts.seen / tookMs) * 10_000) / 10;
  const done = progress && state !== 'finished' ? shareDone(progress) : 0;
  if (done === 0) return { messagesPerSecond };
  const endMs = startedMs + tookMs / done;
  return { messagesPerSecond, estimatedEndAt: new Date(Math.max(endMs, now.getTime())).toISOString() };
}

function shareDone({ folders, foldersDone, messages = 0, messagesDone = 0 }: JobProgress): number {
  return messages > 0 ? messagesDone / messages : folders > 0 ? foldersDone / folders : 0;
}
