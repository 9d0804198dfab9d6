import { type Job, type JobCounts, type JobOutcome, NO_COUNTS } from '../../domain/job.ts';
import type { ArchiveProfile, ServedMailboxes, SeveralMailboxes } from '../../domain/profile.ts';
import { NotFoundError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import type { FilingContext } from '../filing/filing-context.ts';
import { finishJob } from '../jobs/finish-job.ts';
import {
  cancelJob,
  checkpointOf,
  getJob,
  isCancelled,
  keepCheckpoint,
  logJob,
  newJobId,
  putJob,
  queueJob,
  startJob,
} from '../jobs/jobs.ts';
import { mailboxesOfList } from '../profiles/mailboxes-of-list.ts';
import { mailboxesOfUsers, type UserMailbox } from '../profiles/mailboxes-of-users.ts';
import type { FetchJobPorts } from './fetch-job-ports.ts';

/** The jobs that a job for several mailboxes has, one each. */
interface SeveralCheckpoint {
  readonly children: readonly (UserMailbox & { readonly jobId: string })[];
  /** Mailboxes that the profile names and that are not fetched: the job ends with errors. */
  readonly leftOut: number;
}

/** A profile of several mailboxes. */
export type SeveralProfile = Pick<ArchiveProfile, 'profileId'> & { readonly several: SeveralMailboxes };

interface SeveralContext {
  readonly ports: FetchJobPorts;
  readonly filing: Pick<FilingContext, 'journalDomain'>;
}

/** How many of the mailboxes that are left out are named. */
const TOLD_MAILBOXES = 200;
/** How often it looks after them. */
const LOOK_SECONDS = 2;
/** A checkpoint is an item of at most 400 KB. */
const MAX_MAILBOXES = 2_000;
/** The worst of the children's outcomes is the job's. */
const WORST: readonly JobOutcome[] = ['cancelled', 'failed', 'disconnected', 'completedWithErrors', 'succeeded'];

/**
 * Has a profile run for the mailboxes of several users: a job of the same kind for each, so many at once, and counts
 * what they did. A mailbox that fails does not keep the others out, and the job ends with errors then. Safe to repeat.
 */
export async function runSeveral(
  context: SeveralContext,
  item: Item<Job>,
  profile: SeveralProfile,
  mayGoOn: () => boolean,
): Promise<void> {
  const { ports } = context;
  const { profileId, several } = profile;
  const { jobId } = item.data;
  const planned =
    (await checkpointOf<SeveralCheckpoint>(ports, jobId)) ?? (await plan(context, item.data, profile, mayGoOn));
  if (!planned) return await queueJob(ports, item.data);
  const { children, leftOut } = planned;
  const isOver = await isCancelled(ports, jobId);
  const jobs: (Job | undefined)[] = [];
  for (const child of children) jobs.push(await jobOf(ports, child.jobId));
  let running = jobs.filter((job) => job !== undefined && job.state !== 'finished').length;
  for (const [index, child] of children.entries()) {
    const job = jobs[index];
    if (isOver && job && job.state !== 'finished') await cancelJob(ports, child.jobId);
    if (isOver || job || running >= several.atOnce) continue;
    const { kind, archivesMissing } = item.data;
    const of = archivesMissing ? { ...child, archivesMissing } : child;
    jobs[index] = await startJob(ports, kind, { ...of, profileId, parentJobId: jobId });
    running += 1;
  }
  const counts = jobs.reduce((total, job) => (job ? sum(total, job.counts) : total), NO_COUNTS);
  const isDone = jobs.every((job) => (job ? job.state === 'finished' : isOver));
  const current = await putJob(ports, item, { state: 'running', counts });
  if (!isDone) return await queueJob(ports, current.data, { delaySeconds: LOOK_SECONDS });
  const outcomes = jobs.map((job) => job?.outcome ?? 'cancelled');
  const worst = WORST.find((one) => outcomes.includes(one)) ?? (leftOut > 0 ? 'failed' : 'succeeded');
  const someWell = outcomes.some((one) => one === 'succeeded' || one === 'completedWithErrors');
  const isWhole = worst === 'succeeded' && leftOut === 0;
  const outcome = isOver ? 'cancelled' : !isWhole && someWell ? 'completedWithErrors' : worst;
  const notWell = outcomes.filter((one) => one !== 'succeeded').length;
  await logJob(ports, jobId, `done: ${children.length} mailboxes, ${notWell} of them with errors; ${leftOut} left out`);
  const details = { mailboxes: children.length, mailboxesWithErrors: notWell, mailboxesLeftOut: leftOut };
  await finishJob(ports, current, outcome, { counts, details, by: 'run-fetch' });
}

/** The jobs of a run, kept before the first is started; `undefined` where there was no time to find all mailboxes. */
async function plan(
  context: SeveralContext,
  { jobId, mailboxId }: Pick<Job, 'jobId' | 'mailboxId'>,
  { profileId, several }: SeveralProfile,
  mayGoOn: () => boolean,
): Promise<SeveralCheckpoint | undefined> {
  const { ports, filing } = context;
  const { journalDomain } = filing;
  const found =
    'list' in several
      ? await mailboxesOfList({ ports, journalDomain }, { profileId }, several, mayGoOn)
      : await served(ports, several);
  if (!found) return undefined;
  if (mailboxId !== undefined) return await planOne(ports, { jobId, mailboxId }, found.mailboxes);
  const { mailboxes, leftOut } = found;
  for (const why of leftOut.slice(0, TOLD_MAILBOXES)) await logJob(ports, jobId, `left out: ${why}`);
  if (mailboxes.length > MAX_MAILBOXES) {
    await logJob(
      ports,
      jobId,
      `only ${MAX_MAILBOXES} of ${mailboxes.length} mailboxes are taken; divide the users among profiles`,
    );
  }
  const children = mailboxes.slice(0, MAX_MAILBOXES).map((mailbox) => ({ ...mailbox, jobId: newJobId(ports) }));
  const checkpoint = { children, leftOut: found.errors + mailboxes.length - children.length };
  await keepCheckpoint(ports, jobId, checkpoint);
  return checkpoint;
}

/** The same for one of them. */
async function planOne(
  ports: FetchJobPorts,
  { jobId, mailboxId }: Required<Pick<Job, 'jobId' | 'mailboxId'>>,
  mailboxes: readonly UserMailbox[],
): Promise<SeveralCheckpoint> {
  const wanted = mailboxes.filter((mailbox) => mailbox.mailboxId === mailboxId);
  if (wanted.length === 0)
    await logJob(ports, jobId, `left out: ${mailboxId} is none of the mailboxes of this profile`);
  const children = wanted.map((mailbox) => ({ ...mailbox, jobId: newJobId(ports) }));
  const checkpoint = { children, leftOut: wanted.length === 0 ? 1 : 0 };
  await keepCheckpoint(ports, jobId, checkpoint);
  return checkpoint;
}

async function served(ports: FetchJobPorts, several: ServedMailboxes) {
  const { mailboxes, withoutMailbox, missing } = await mailboxesOfUsers(ports, several);
  const leftOut = [
    ...missing.map((userName) => `${userName} is no user`),
    ...withoutMailbox.map((userName) => `${userName} has no address or no mailbox`),
  ];
  // Of all users, those without a mailbox are none of the profile's; who is named is.
  const isNamed = several.users !== 'all' && 'only' in several.users;
  return { mailboxes, leftOut, errors: isNamed ? leftOut.length : 0 };
}

async function jobOf(ports: FetchJobPorts, jobId: string): Promise<Job | undefined> {
  try {
    return (await getJob(ports, jobId)).data;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function sum(total: JobCounts, more: JobCounts): JobCounts {
  return {
    seen: total.seen + more.seen,
    archived: total.archived + more.archived,
    rendition: total.rendition + more.rendition,
    duplicate: total.duplicate + more.duplicate,
    quarantined: total.quarantined + more.quarantined,
    excluded: total.excluded + more.excluded,
    bytes: total.bytes + more.bytes,
  };
}
