import type { FollowRules } from '../../domain/live-folders.ts';
import type { FolderSyncProfile } from '../../domain/profile.ts';
import type { ProfileRun } from '../fetching/profile-job.ts';
import { nameHash } from '../filing/fetched-place.ts';
import type { SyncedAccount } from './sync-keys.ts';
import type { SyncOutcome } from './sync-memory.ts';

/** How long it is known what a job did. */
export const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** What a job did, for people. After a crash something of it may be missing. */
export interface SyncDetails {
  /** Live messages at places that were not known. */
  compared: number;
  /** Those of them that were found to be messages of the archive. */
  matched: number;
  moved: number;
  /** Messages filed in a further folder. */
  filedFurther: number;
  /** Messages that were in the archive and not in this mailbox. */
  filedLate: number;
  /** Filings that became one, as the message left one of its folders. */
  merged: number;
  /** Live messages that may be one of several, or cannot be read: they were left alone. */
  ambiguous: number;
  /** Live messages that were found not to be in the archive. */
  missing: number;
  /** The same, of messages so new that journaling may be on its way with them. */
  expected: number;
  /** Missing mail that was found in the archive since. */
  found: number;
  /** Places that messages left. */
  vanished: number;
  /** Literals that the source gave: header fields and messages. */
  bytesFetched: number;
  /** Messages whose filings could not be changed now: they come again at the next run. */
  postponed: number;
  /** Messages that are there and that the source does not give. */
  failed: number;
}

export const NO_SYNC_DETAILS: SyncDetails = {
  compared: 0,
  matched: 0,
  moved: 0,
  filedFurther: 0,
  filedLate: 0,
  merged: 0,
  ambiguous: 0,
  missing: 0,
  expected: 0,
  found: 0,
  vanished: 0,
  bytesFetched: 0,
  postponed: 0,
  failed: 0,
};

/** One slice of a job that synchronises the folders of one mailbox. */
export interface SyncRun extends ProfileRun<FolderSyncProfile>, SyncedAccount {
  readonly profileId: string;
  /** The mailbox of the archive. */
  readonly mailboxId: string;
  readonly follow: FollowRules;
  /** What the job did so far; whoever does something adds to it. */
  readonly details: SyncDetails;
  /** What the job archived of what was missing, each under a name of its own: its counts are the sum. */
  readonly outcomes: Map<string, SyncOutcome>;
}

/** The run of a profile on one mailbox, as this slice of a job has it. */
export function syncRun(run: ProfileRun<FolderSyncProfile>, before: Pick<SyncRun, 'details' | 'outcomes'>): SyncRun {
  const { profileId, target, mirrorTrash, sentFolder } = run.profile;
  // Who runs the mailboxes of several has put each one's own in its place.
  if (!('mailboxId' in target)) throw new TypeError('a target that is no mailbox');
  const follow = {
    mirrorTrash,
    ...(target.folder === undefined ? {} : { prefix: target.folder }),
    ...(sentFolder === undefined ? {} : { sentFolder }),
    hash: nameHash,
  };
  return { ...run, profileId, mailboxId: target.mailboxId, follow, ...before };
}
