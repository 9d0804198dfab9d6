import type { JobCounts } from '../../domain/job.ts';
import type { ArchiveProfile, Profile } from '../../domain/profile.ts';
import { type DeletedAtSource, deleteFetched } from './delete-fetched.ts';
import { fetchMailbox } from './fetch-mailbox.ts';
import { type FetchRun, type FolderCounts, NO_FOLDER_COUNTS } from './fetch-run.ts';
import { countsOfJob } from './folder-checkpoint.ts';
import {
  type MailboxSlice,
  type MailboxWork,
  type ProfileJobContext,
  type ProfileRun,
  runProfileJob,
  type WorkDone,
} from './profile-job.ts';

/**
 * Runs a queued fetch job, or takes up one that died: to its end, or for as long as `mayGoOn` answers true, and then
 * queues it again. Its outcome tells the truth: `succeeded` only where all that was to be fetched was seen and has its
 * outcome. Safe to repeat, also at the same time.
 */
export async function runFetchJob(context: ProfileJobContext, jobId: string, mayGoOn: () => boolean): Promise<void> {
  await runProfileJob(context, FETCHING, jobId, mayGoOn);
}

const FETCHING: MailboxWork<ArchiveProfile> = {
  kind: 'fetch',
  isOf: (profile: Profile) => profile.kind === 'archive',
  begin: async (run) => new FetchSlice(run, await countsOfJob(run.ports, run)),
};

class FetchSlice implements MailboxSlice {
  readonly #run: FetchRun;
  readonly #counts: Map<string, FolderCounts>;

  constructor(run: ProfileRun<ArchiveProfile>, before: Map<string, FolderCounts>) {
    this.#counts = before;
    this.#run = {
      ...run,
      counted: async (folderHash, counts) => {
        this.#counts.set(folderHash, counts);
        await run.counted();
      },
    };
  }

  async work(...[credentials, watch]: Parameters<MailboxSlice['work']>): Promise<WorkDone | undefined> {
    const run = this.#run;
    const fetched = await fetchMailbox(run, credentials, watch);
    if (!fetched.isComplete || watch.signal.aborted) return undefined;
    const { deletion } = run.profile;
    const deleted = deletion && (await deleteFetched(run, credentials, deletion, watch));
    if (deleted && !deleted.isComplete) return undefined;
    const { failed } = this.counts();
    const isWhole = failed === 0 && fetched.unseen === 0 && (deleted?.kept ?? 0) === 0;
    const folders = { folders: fetched.folders, foldersNotSeen: fetched.unseen };
    return { isWhole, details: { ...folders, failed, ...this.#exclusions(), ...deletions(deleted) } };
  }

  /** `excludedPastRetention` for `past-retention`: how many there were of each reason. */
  #exclusions(): { readonly [name: string]: number } {
    const found: { [name: string]: number } = {};
    for (const { excludedBy = {} } of this.#counts.values()) {
      for (const [reason, count] of Object.entries(excludedBy)) {
        const name = `excluded-${reason}`.replace(/[-_]([a-z0-9])/g, (_dash, letter: string) => letter.toUpperCase());
        found[name] = (found[name] ?? 0) + count;
      }
    }
    return found;
  }

  counts(): { readonly counts: JobCounts; readonly failed: number } {
    const total = { ...NO_FOLDER_COUNTS };
    for (const counts of this.#counts.values()) {
      for (const [name, count] of Object.entries(counts)) {
        if (name in total) Object.assign(total, { [name]: Reflect.get(total, name) + count });
      }
    }
    const { failed, ...counts } = total;
    return { counts, failed };
  }

  achieved(): number {
    return this.counts().counts.seen;
  }
}

function deletions(deleted: DeletedAtSource | undefined): { readonly [name: string]: number } {
  return deleted ? { deleted: deleted.deleted, deletionUnknown: deleted.unknown, deletionKept: deleted.kept } : {};
}
