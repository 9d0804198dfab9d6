import type { Job, JobCounts, JobOutcome, JobProgress } from '../../domain/job.ts';
import type { MailCredentials } from '../../domain/mail-server.ts';
import { type ArchiveProfile, accountOf } from '../../domain/profile.ts';
import { ArchiveError, NotFoundError, SourceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type FinishPorts, finishJob } from '../maintenance/finish-job.ts';
import { checkpointOf, getJob, isCancelled, keepCheckpoint, logJob, putJob, queueJob } from '../maintenance/jobs.ts';
import { base32 } from '../new-id.ts';
import { profileItem } from '../profiles/find-profiles.ts';
import { listedAccounts } from '../profiles/keep-account-list.ts';
import { credentialsFor } from '../profiles/mailboxes-of-users.ts';
import { openCredentials } from '../profiles/profile-secrets.ts';
import { takeLease } from './account-lease.ts';
import { type DeletedAtSource, deleteFetched } from './delete-fetched.ts';
import { fetchMailbox } from './fetch-mailbox.ts';
import { type FetchContext, type FetchRun, type FolderCounts, NO_FOLDER_COUNTS } from './fetch-run.ts';
import { countsOfJob } from './folder-checkpoint.ts';
import { runSeveral } from './run-several.ts';
import { RunWatch } from './run-watch.ts';

/** What the job needs beside filing. */
export type FetchJobPorts = FinishPorts & Pick<Ports, 'queue' | 'secrets' | 'logs'>;

/** What is kept between slices. */
interface FetchCheckpoint {
  /** Sessions that ended too early, one after the other, without anything new being seen. */
  readonly failures: number;
  readonly seen: number;
}

/** How often people see how far a job has come. */
const SHOWN_MS = 2_000;
/** How long a job waits for another one with the same mailbox. */
const BUSY_SECONDS = 5;
/** Sessions that end too early one after the other before the job gives up, and the pauses between them. */
const MAX_FAILURES = 6;
const MAX_PAUSE_SECONDS = 15 * 60;

/**
 * Runs a queued fetch job, or takes up one that died: to its end, or for as long as `mayGoOn` answers true, and then
 * queues it again. Its outcome tells the truth: `succeeded` only where all that was to be fetched was seen and has its
 * outcome. Safe to repeat, also at the same time.
 */
export async function runFetchJob(
  context: FetchContext & { readonly ports: FetchJobPorts },
  jobId: string,
  mayGoOn: () => boolean,
): Promise<void> {
  const { ports } = context;
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const saved = await profileOf(ports, found.data);
  if (!saved) return await end(ports, found, 'failed', 'the profile is gone');
  const { profileId, several } = saved;
  if (several && found.data.account === undefined) {
    return await runSeveral(context, found, { profileId, several }, mayGoOn);
  }
  const profile = forMailbox(saved, found.data);
  const account = found.data.account ?? accountOf(profile);
  const runId = base32(ports.entropy.bytes(10));
  const lease = await takeLease(ports, { server: profile.server, account }, { jobId, runId });
  const isOver = lease !== 'same' && (await isCancelled(ports, jobId));
  if (typeof lease === 'string') {
    if (isOver) return await end(ports, found, 'cancelled', 'cancelled');
    return await queueJob(ports, found.data, { delaySeconds: BUSY_SECONDS });
  }
  const watch = new RunWatch(ports, jobId, lease);
  try {
    if (isOver) await end(ports, found, 'cancelled', 'cancelled');
    else await new FetchJob(context, found, profile, account).run(watch, mayGoOn);
  } finally {
    await watch.end();
  }
}

async function profileOf(ports: Pick<Ports, 'tables'>, { profileId = '' }: Job): Promise<ArchiveProfile | undefined> {
  try {
    return (await profileItem(ports, profileId)).profile;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The profile as it is for one of several mailboxes. */
function forMailbox(profile: ArchiveProfile, { mailboxId }: Job): ArchiveProfile {
  const { target } = profile;
  return mailboxId !== undefined && 'ownMailbox' in target
    ? { ...profile, target: { mailboxId, ...(target.folder === undefined ? {} : { folder: target.folder }) } }
    : profile;
}

/** One slice. */
class FetchJob {
  readonly #context: FetchContext & { readonly ports: FetchJobPorts };
  readonly #profile: ArchiveProfile;
  readonly #account: string;
  #item: Item<Job>;
  #counts = new Map<string, FolderCounts>();
  #progress: JobProgress | undefined;
  #shownAt = 0;

  constructor(
    context: FetchContext & { readonly ports: FetchJobPorts },
    item: Item<Job>,
    profile: ArchiveProfile,
    account: string,
  ) {
    this.#context = context;
    this.#item = item;
    this.#profile = profile;
    this.#account = account;
  }

  async run(watch: RunWatch, mayGoOn: () => boolean): Promise<void> {
    const { ports } = this.#context;
    const { jobId } = this.#item.data;
    const isFirst = this.#item.data.state === 'queued';
    const run: FetchRun = {
      ...this.#context,
      profile: this.#profile,
      jobId,
      account: this.#account,
      isFirst,
      mayGoOn: () => mayGoOn() && !watch.signal.aborted,
      log: (message) => logJob(ports, jobId, message),
      counted: (folderHash, counts) => this.#counted(folderHash, counts),
      progressed: (progress) => {
        this.#progress = progress;
      },
    };
    this.#item = await putJob(ports, this.#item, { state: 'running' });
    this.#counts = await countsOfJob(ports, run);
    try {
      const credentials = await this.#credentials();
      const fetched = await fetchMailbox(run, credentials, watch);
      if (await this.#endIfCancelled(watch)) return;
      if (!fetched.isComplete) return await this.#goOn(0);
      const { deletion } = this.#profile;
      const deleted = deletion && (await deleteFetched(run, credentials, deletion, watch));
      if (await this.#endIfCancelled(watch)) return;
      if (deleted && !deleted.isComplete) return await this.#goOn(0);
      const { counts, failed } = this.#sum();
      const isWhole = failed === 0 && fetched.unseen === 0 && (deleted?.kept ?? 0) === 0;
      const details = { folders: fetched.folders, foldersNotSeen: fetched.unseen, failed, ...deletions(deleted) };
      await logJob(ports, jobId, `done: ${summary(counts)}, failed ${failed}`);
      await this.#end(isWhole ? 'succeeded' : 'completedWithErrors', counts, details);
    } catch (error) {
      if (await this.#endIfCancelled(watch)) return;
      await this.#failed(error);
    }
  }

  /** Throws `NotFoundError` for an account that is not in the list any more. */
  async #credentials(): Promise<MailCredentials> {
    const { ports } = this.#context;
    const { profileId, sealedCredentials, several } = this.#profile;
    if (several && 'list' in several) {
      for await (const { account, password } of listedAccounts(ports, profileId, several.list)) {
        if (account === this.#account) return { method: 'password', userName: account, password };
      }
      throw new NotFoundError('the account in the list of the profile');
    }
    if (sealedCredentials === undefined) throw new NotFoundError('the credentials of the profile');
    const given = await openCredentials(ports, profileId, sealedCredentials);
    return several ? credentialsFor(several, given, this.#account) : given;
  }

  async #counted(folderHash: string, counts: FolderCounts): Promise<void> {
    this.#counts.set(folderHash, counts);
    const now = this.#context.ports.clock.now().getTime();
    if (now - this.#shownAt < SHOWN_MS) return;
    this.#shownAt = now;
    this.#item = await putJob(this.#context.ports, this.#item, this.#shown());
  }

  async #failed(error: unknown): Promise<void> {
    const { ports } = this.#context;
    const { jobId } = this.#item.data;
    const { counts, failed } = this.#sum();
    const isRetryable = error instanceof ArchiveError && error.retryable;
    // What a mail server says has names in it: that is for the job's log, which its owner reads.
    const why = error instanceof SourceError ? { code: error.code } : { error };
    ports.logs.warn('fetch ended', { jobId, ...why });
    await logJob(ports, jobId, error instanceof SourceError ? error.message : `failed: ${nameOf(error)}`);
    if (!isRetryable) return await this.#end('failed', counts, { failed });
    const before = await checkpointOf<FetchCheckpoint>(ports, jobId);
    const isStuck = before !== undefined && before.seen === counts.seen;
    const failures = isStuck ? before.failures + 1 : 1;
    await keepCheckpoint(ports, jobId, { failures, seen: counts.seen });
    if (failures > MAX_FAILURES) return await this.#end('disconnected', counts, { failed });
    const wanted = error instanceof SourceError ? error.waitSeconds : undefined;
    await this.#goOn(Math.min(MAX_PAUSE_SECONDS, Math.max(wanted ?? 0, 2 ** (failures - 1))));
  }

  async #endIfCancelled({ signal }: RunWatch): Promise<boolean> {
    if (!signal.aborted) return false;
    const { counts, failed } = this.#sum();
    // A run that lost its mailbox to another one of the same job leaves the end to that one.
    if (signal.reason === 'cancelled') await this.#end('cancelled', counts, { failed });
    return true;
  }

  async #goOn(delaySeconds: number): Promise<void> {
    const { ports } = this.#context;
    this.#item = await putJob(ports, this.#item, this.#shown());
    await queueJob(ports, this.#item.data, delaySeconds === 0 ? {} : { delaySeconds });
  }

  async #end(outcome: JobOutcome, counts: JobCounts, details: { readonly [name: string]: number }): Promise<void> {
    if (this.#progress) this.#item = { ...this.#item, data: { ...this.#item.data, progress: this.#progress } };
    await finishJob(this.#context.ports, this.#item, outcome, { counts, details, by: 'run-fetch' });
  }

  #shown(): Pick<Job, 'counts' | 'progress'> {
    return { counts: this.#sum().counts, ...(this.#progress ? { progress: this.#progress } : {}) };
  }

  #sum(): { readonly counts: JobCounts; readonly failed: number } {
    const total = { ...NO_FOLDER_COUNTS };
    for (const counts of this.#counts.values()) {
      for (const [name, count] of Object.entries(counts)) {
        if (name in total) Object.assign(total, { [name]: Reflect.get(total, name) + count });
      }
    }
    const { failed, ...counts } = total;
    return { counts, failed };
  }
}

async function end(ports: FetchJobPorts, item: Item<Job>, outcome: JobOutcome, why: string): Promise<void> {
  await logJob(ports, item.data.jobId, why);
  await finishJob(ports, item, outcome, { by: 'run-fetch' });
}

function summary({ seen, archived, rendition, duplicate, quarantined, excluded }: JobCounts): string {
  return Object.entries({ seen, archived, rendition, duplicate, quarantined, excluded })
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function deletions(deleted: DeletedAtSource | undefined): { readonly [name: string]: number } {
  return deleted ? { deleted: deleted.deleted, deletionUnknown: deleted.unknown, deletionKept: deleted.kept } : {};
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
