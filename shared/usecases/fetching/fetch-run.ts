import type { FetchTarget } from '../../domain/fetched-from.ts';
import type { JobCounts, JobProgress } from '../../domain/job.ts';
import type { ArchiveProfile } from '../../domain/profile.ts';
import type { OpenSource } from '../../sources/source.ts';
import type { ByteBudget } from '../byte-budget.ts';
import type { FilingContext } from '../filing/filing-context.ts';

/** What fetching works with, in any process. */
export interface FetchContext {
  readonly filing: FilingContext;
  /** Bounds the mail that is read at once. */
  readonly budget: ByteBudget;
  readonly openSource: OpenSource;
  /** Where no other process works on the same tables: when this one began to. What died before need not be waited for. */
  readonly aloneSince?: Date;
}

/** One slice of a job that fetches one mailbox. */
export interface FetchRun extends FetchContext {
  readonly profile: ArchiveProfile;
  readonly jobId: string;
  /** The mailbox at the source. */
  readonly account: string;
  /** Whether this is the first slice of the job: what need be said once is said then. */
  readonly isFirst: boolean;
  /** Asked between batches; the slice ends where it answers false. */
  mayGoOn(): boolean;
  /** For people, who read it in the job's log: names of folders, never of what is in them. */
  log(message: string): Promise<void>;
  /** Called whenever a folder's counts changed. */
  counted(folderHash: string, counts: FolderCounts): Promise<void>;
  /** Called when a folder begins, and at the end; shown with the next counts. */
  progressed(progress: JobProgress): void;
}

/** What a job did in one folder; `failed` messages have no outcome yet and are fetched again. */
export interface FolderCounts extends JobCounts {
  readonly failed: number;
  /** How many of those that are `excluded` were so for each reason; none is known of what earlier versions counted. */
  readonly excludedBy?: { readonly [reason: string]: number };
}

export const NO_FOLDER_COUNTS: FolderCounts = {
  seen: 0,
  archived: 0,
  rendition: 0,
  duplicate: 0,
  quarantined: 0,
  excluded: 0,
  bytes: 0,
  failed: 0,
};

/** Where the messages of a folder go. */
export interface FolderTarget {
  /** Path of the folder at the source, joined by slashes. */
  readonly folder: string;
  readonly target: FetchTarget;
  /** Whether journal reports are taken off. */
  readonly journalReports: boolean;
}
