import type { Job, JobCounts, JobOutcome } from '../../domain/job.ts';
import { NO_COUNTS } from '../../domain/job.ts';
import type { FolderSyncProfile, Profile } from '../../domain/profile.ts';
import {
  type MailboxSlice,
  type MailboxWork,
  type ProfileJobContext,
  type ProfileRun,
  runProfileJob,
  type WorkDone,
} from '../fetching/profile-job.ts';
import { removeEmptyFolders } from '../filings/remove-folders.ts';
import { dataOf, typed } from '../item-data.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';
import { queryAll } from '../query-all.ts';
import { fileTouched } from './file-touched.ts';
import { type MailboxScanned, scanMailbox } from './scan-mailbox.ts';
import { settleMissing } from './settle-missing.ts';
import { syncOutcomesPartition } from './sync-keys.ts';
import type { SyncOutcome } from './sync-memory.ts';
import { KEPT_SECONDS, NO_SYNC_DETAILS, type SyncDetails, type SyncRun, syncRun } from './sync-run.ts';
import { noteSync } from './sync-states.ts';

/** Where the details of a job stand beside its outcomes; no outcome's key is like it. */
const DETAILS = 'details';

/**
 * Runs a queued job that synchronises folders, or takes up one that died: to its end, or for as long as `mayGoOn` answers
 * true, and then queues it again. Nothing is changed at the source. `succeeded` only where all folders were compared and all
 * that follows was filed. Safe to repeat, also at the same time.
 */
export async function runFolderSyncJob(
  context: ProfileJobContext,
  jobId: string,
  mayGoOn: () => boolean,
): Promise<void> {
  await runProfileJob(context, SYNCHRONISING, jobId, mayGoOn);
}

const SYNCHRONISING: MailboxWork<FolderSyncProfile> = {
  kind: 'folder-sync',
  isOf: (profile: Profile) => profile.kind === 'folder-sync',
  begin: async (run) => new SyncSlice(syncRun(run, await doneBefore(run))),
};

async function doneBefore(run: ProfileRun<FolderSyncProfile>): Promise<Pick<SyncRun, 'details' | 'outcomes'>> {
  const outcomes = new Map<string, SyncOutcome>();
  let details: SyncDetails = { ...NO_SYNC_DETAILS };
  for await (const item of queryAll(run.ports, 'activity', syncOutcomesPartition(run.jobId))) {
    if (item.sk === DETAILS) details = { ...details, ...typed<SyncDetails>(item).data };
    else outcomes.set(item.sk, typed<SyncOutcome>(item).data);
  }
  return { details, outcomes };
}

class SyncSlice implements MailboxSlice {
  readonly #run: SyncRun;
  #ambiguous = 0;

  constructor(run: SyncRun) {
    this.#run = run;
  }

  async work(...[credentials, { signal }]: Parameters<MailboxSlice['work']>): Promise<WorkDone | undefined> {
    const run = this.#run;
    // What failed in an earlier slice is tried again in this one.
    run.details.failed = 0;
    try {
      const source = await run.openSource(run.profile.server, credentials);
      const abort = () => source.abort();
      signal.addEventListener('abort', abort, { once: true });
      let scanned: MailboxScanned;
      try {
        if (signal.aborted) abort();
        scanned = await scanMailbox(run, source);
        if (!scanned.isComplete || !(await settleMissing(run, source, scanned.folders))) return undefined;
      } finally {
        signal.removeEventListener('abort', abort);
        await source.close();
      }
      if (!(await fileTouched(run))) return undefined;
      const foldersRemoved = run.profile.removeEmptyFolders ? await this.#removeEmptyFolders() : 0;
      this.#ambiguous = scanned.ambiguous;
      const { details } = run;
      const isWhole = details.failed === 0 && scanned.unseen === 0;
      await run.log(summary(details));
      const folders = { folders: scanned.folders.length, foldersNotSeen: scanned.unseen, foldersRemoved };
      return { isWhole, details: { ...details, ...folders } };
    } finally {
      await this.#keepDetails();
    }
  }

  counts(): { readonly counts: JobCounts; readonly failed: number } {
    const total = { ...NO_COUNTS };
    for (const { outcome, sizeBytes } of this.#run.outcomes.values()) {
      const bytes = outcome === 'excluded' ? total.bytes : total.bytes + sizeBytes;
      Object.assign(total, { seen: total.seen + 1, [outcome]: total[outcome] + 1, bytes });
    }
    return { counts: total, failed: this.#run.details.failed };
  }

  achieved(): number {
    const { compared, vanished, found, moved, filedFurther, merged } = this.#run.details;
    return compared + vanished + found + moved + filedFurther + merged + this.#run.outcomes.size;
  }

  async ended(job: Job, outcome: JobOutcome): Promise<void> {
    const { ports, profileId, account, mailboxId } = this.#run;
    await noteSync(ports, { profileId, account, mailboxId, job, outcome, ambiguous: this.#ambiguous });
  }

  async #removeEmptyFolders(): Promise<number> {
    const { ports, mailboxId } = this.#run;
    return await removeEmptyFolders(ports, await getMailbox(ports, mailboxId));
  }

  async #keepDetails(): Promise<void> {
    const { ports, jobId, details } = this.#run;
    const expiresAt = Math.ceil(ports.clock.now().getTime() / 1000) + KEPT_SECONDS;
    const key = { pk: syncOutcomesPartition(jobId), sk: DETAILS };
    await ports.tables.put('activity', { ...key, version: 1, expiresAt, data: dataOf(details) });
  }
}

function summary(details: SyncDetails): string {
  return Object.entries(details)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
