import type { Job, JobCounts, JobOutcome, JobProgress, ProfileJobKind } from '../../domain/job.ts';
import type { MailCredentials } from '../../domain/mail-server.ts';
import { accountOf, type Profile } from '../../domain/profile.ts';
import { ArchiveError, NotFoundError, SourceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { finishJob } from '../jobs/finish-job.ts';
import { checkpointOf, getJob, isCancelled, keepCheckpoint, logJob, putJob, queueJob } from '../jobs/jobs.ts';
import { base32 } from '../new-id.ts';
import { profileItem } from '../profiles/find-profiles.ts';
import { listedAccounts } from '../profiles/keep-account-list.ts';
import { credentialsFor } from '../profiles/mailboxes-of-users.ts';
import { openCredentials } from '../profiles/profile-secrets.ts';
import { openSourceOf } from '../profiles/renewed-credentials.ts';
import { takeLease } from './account-lease.ts';
import type { FetchJobPorts } from './fetch-job-ports.ts';
import type { FetchContext } from './fetch-run.ts';
import { runSeveral } from './run-several.ts';
import { RunWatch } from './run-watch.ts';

/** What the jobs of profiles work with, in any process. */
export type ProfileJobContext = FetchContext & { readonly ports: FetchJobPorts };

/** One slice of a job that runs a profile on one mailbox. */
export interface ProfileRun<Of extends Profile> extends ProfileJobContext {
  readonly profile: Of;
  readonly jobId: string;
  /** The mailbox at the source. */
  readonly account: string;
  /** Whether this is the first slice of the job: what need be said once is said then. */
  readonly isFirst: boolean;
  /** Asked between batches; the slice ends where it answers false. */
  mayGoOn(): boolean;
  /** For people, who read it in the job's log: names of folders, never of what is in them. */
  log(message: string): Promise<void>;
  /** Called whenever the slice's counts changed. */
  counted(): Promise<void>;
  /** Called when a folder begins, and at the end; shown with the next counts. */
  progressed(progress: JobProgress): void;
}

/** What a job of one kind does with a mailbox. */
export interface MailboxWork<Of extends Profile> {
  readonly kind: ProfileJobKind;
  isOf(profile: Profile): profile is Of;
  /** Looks up what earlier slices of the job did. */
  begin(run: ProfileRun<Of>): Promise<MailboxSlice>;
}

/** A slice of the work with one mailbox. */
export interface MailboxSlice {
  /**
   * Works until it is done, or for as long as the run may go on: then it answers `undefined` and goes on in another
   * slice. Throws `SourceError` where the session cannot be had or ends. Safe to repeat, and to be ended at any point.
   */
  work(credentials: MailCredentials, watch: { readonly signal: AbortSignal }): Promise<WorkDone | undefined>;
  /** What the job did so far. */
  counts(): { readonly counts: JobCounts; readonly failed: number };
  /** Called with the outcome before the job counts as finished. Safe to repeat. */
  ended?(job: Job, outcome: JobOutcome): Promise<void>;
  /** Grows where anything was achieved: sessions that end early, one after the other, without it end the job. */
  achieved(): number;
}

/** How the work with a mailbox ended. */
export interface WorkDone {
  /** Whether all that was to be seen was seen and has its outcome. */
  readonly isWhole: boolean;
  readonly details: { readonly [name: string]: number };
}

/** What is kept between slices. */
interface ProfileJobCheckpoint {
  /** Sessions that ended too early, one after the other, without anything new being achieved. */
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
 * Runs a queued job of a profile, or takes up one that died: to its end, or for as long as `mayGoOn` answers true, and
 * then queues it again. One run at a time works on a mailbox. Its outcome tells the truth: `succeeded` only where the
 * work was whole. Safe to repeat, also at the same time.
 */
export async function runProfileJob<Of extends Profile>(
  context: ProfileJobContext,
  work: MailboxWork<Of>,
  jobId: string,
  mayGoOn: () => boolean,
): Promise<void> {
  const { ports } = context;
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const saved = await profileOf(ports, found.data);
  if (!saved || !work.isOf(saved)) return await end(ports, found, 'failed', 'the profile is gone');
  const { profileId, several } = saved;
  if (several && found.data.account === undefined) {
    return await runSeveral(context, found, { profileId, several }, mayGoOn);
  }
  const profile = forRun(saved, found.data);
  const account = found.data.account ?? accountOf(profile);
  const runId = base32(ports.entropy.bytes(10));
  const lease = await takeLease(ports, { server: profile.server, account }, { jobId, runId }, context);
  const isOver = lease !== 'same' && (await isCancelled(ports, jobId));
  if (typeof lease === 'string') {
    if (isOver) return await end(ports, found, 'cancelled', 'cancelled');
    return await queueJob(ports, found.data, { delaySeconds: BUSY_SECONDS });
  }
  const watch = new RunWatch(ports, jobId, lease);
  try {
    if (isOver) await end(ports, found, 'cancelled', 'cancelled');
    else await new ProfileJob(context, work, found, profile, account).run(watch, mayGoOn);
  } finally {
    await watch.end();
  }
}

async function profileOf(ports: Pick<Ports, 'tables'>, { profileId = '' }: Job): Promise<Profile | undefined> {
  try {
    return (await profileItem(ports, profileId)).profile;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The profile as it is for a run: for one of several mailboxes, and with what the run does beyond it. */
function forRun<Of extends Profile>(saved: Of, { mailboxId, archivesMissing }: Job): Of {
  const profile = saved.kind === 'folder-sync' && archivesMissing ? { ...saved, archiveMissing: true } : saved;
  const { target } = profile;
  return mailboxId !== undefined && 'ownMailbox' in target
    ? { ...profile, target: { mailboxId, ...(target.folder === undefined ? {} : { folder: target.folder }) } }
    : profile;
}

/** One slice. */
class ProfileJob<Of extends Profile> {
  readonly #context: ProfileJobContext;
  readonly #work: MailboxWork<Of>;
  readonly #profile: Of;
  readonly #account: string;
  #item: Item<Job>;
  #slice: MailboxSlice | undefined;
  #progress: JobProgress | undefined;
  #shownAt = 0;

  constructor(context: ProfileJobContext, work: MailboxWork<Of>, item: Item<Job>, profile: Of, account: string) {
    this.#context = context;
    this.#work = work;
    this.#item = item;
    this.#profile = profile;
    this.#account = account;
  }

  async run(watch: RunWatch, mayGoOn: () => boolean): Promise<void> {
    const { ports } = this.#context;
    const { jobId } = this.#item.data;
    const isFirst = this.#item.data.state === 'queued';
    const run: ProfileRun<Of> = {
      ...this.#context,
      openSource: openSourceOf(ports, this.#profile.profileId, this.#context.openSource),
      profile: this.#profile,
      jobId,
      account: this.#account,
      isFirst,
      mayGoOn: () => mayGoOn() && !watch.signal.aborted,
      log: (message) => logJob(ports, jobId, message),
      counted: () => this.#counted(),
      progressed: (progress) => {
        this.#progress = progress;
      },
    };
    this.#item = await putJob(ports, this.#item, { state: 'running' });
    this.#slice = await this.#work.begin(run);
    try {
      const done = await this.#slice.work(await this.#credentials(), watch);
      if (await this.#endIfCancelled(watch)) return;
      if (!done) return await this.#goOn(0);
      const { counts, failed } = this.#sum();
      await logJob(ports, jobId, `done: ${summary(counts)}, failed ${failed}`);
      await this.#end(done.isWhole ? 'succeeded' : 'completedWithErrors', counts, done.details);
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

  async #counted(): Promise<void> {
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
    ports.logs.warn(`${this.#work.kind} ended`, { jobId, ...why });
    await logJob(ports, jobId, error instanceof SourceError ? error.message : `failed: ${nameOf(error)}`);
    if (!isRetryable) return await this.#end('failed', counts, { failed });
    const before = await checkpointOf<ProfileJobCheckpoint>(ports, jobId);
    const seen = this.#slice?.achieved() ?? 0;
    const isStuck = before !== undefined && before.seen === seen;
    const failures = isStuck ? before.failures + 1 : 1;
    await keepCheckpoint(ports, jobId, { failures, seen });
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
    await this.#slice?.ended?.(this.#item.data, outcome);
    if (this.#progress) this.#item = { ...this.#item, data: { ...this.#item.data, progress: this.#progress } };
    await finishJob(this.#context.ports, this.#item, outcome, { counts, details, by: 'run-fetch' });
  }

  #shown(): Pick<Job, 'counts' | 'progress'> {
    return { counts: this.#sum().counts, ...(this.#progress ? { progress: this.#progress } : {}) };
  }

  #sum(): { readonly counts: JobCounts; readonly failed: number } {
    return this.#slice?.counts() ?? { counts: this.#item.data.counts, failed: 0 };
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

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
