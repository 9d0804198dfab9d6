import { type Job, type JobKind, type JobOutcome, type JobState, NO_COUNTS } from '../../domain/job.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { type ListPage, listPage, type PageRequest } from '../mailboxes/configuration-page.ts';
import { firstIdAt, newId } from '../new-id.ts';

/** The partition of the activity table that jobs are listed from; the sort key is the id, which begins with the time. */
const JOBS = 'job';

type JobPorts = Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>;

/** What stands in a message of the queue `jobs`. */
interface JobNudge {
  readonly jobId: string;
}

/** Queues a job and answers it; it runs once the queue delivers it, from `checkpoint` on where one is given. */
export async function startJob(
  ports: JobPorts,
  kind: JobKind,
  { checkpoint, mailboxId }: { readonly checkpoint?: object; readonly mailboxId?: string } = {},
): Promise<Job> {
  const jobId = newId(ports, 'job');
  const startedAt = ports.clock.now().toISOString();
  const ofMailbox = mailboxId === undefined ? {} : { mailboxId };
  const job: Job = { jobId, kind, ...ofMailbox, state: 'queued', startedAt, counts: NO_COUNTS };
  if (checkpoint) await keepCheckpoint(ports, jobId, checkpoint);
  await queueNewJob(ports, job);
  return job;
}

/** Puts a job that is to run, and queues it. */
export async function queueNewJob(ports: Pick<Ports, 'tables' | 'queue'>, job: Job): Promise<void> {
  await ports.tables.put('activity', { pk: JOBS, sk: job.jobId, version: 1, data: dataOf(job) });
  await queueJob(ports, job.jobId);
}

/** Has a job run, or go on. */
export async function queueJob({ queue }: Pick<Ports, 'queue'>, jobId: string): Promise<void> {
  const nudge: JobNudge = { jobId };
  await queue.send('jobs', JSON.stringify(nudge));
}

/** How many jobs are looked at for those that did not end: they are among the newest. */
const RECENT_JOBS = 200;

/** Queues the jobs of these kinds that were not ended: for a queue that forgets when its process ends. Safe to repeat. */
export async function queueUnfinishedJobs(
  ports: Pick<Ports, 'tables' | 'queue'>,
  kinds: readonly JobKind[],
): Promise<void> {
  const { items } = await listJobs(ports, { limit: RECENT_JOBS });
  for (const { jobId, kind, state } of items) {
    if (state !== 'finished' && kinds.includes(kind)) await queueJob(ports, jobId);
  }
}

/** Keeps where the next slice of a job begins. */
export async function keepCheckpoint({ tables }: Pick<Ports, 'tables'>, jobId: string, checkpoint: object) {
  await tables.put('activity', { ...checkpointKey(jobId), version: 1, data: dataOf(checkpoint) });
}

/** What `keepCheckpoint` kept last. */
export async function checkpointOf<Checkpoint>(
  { tables }: Pick<Ports, 'tables'>,
  jobId: string,
): Promise<Checkpoint | undefined> {
  const item = await tables.get('activity', checkpointKey(jobId));
  return item && typed<Checkpoint>(item).data;
}

function checkpointKey(jobId: string) {
  return { pk: `job-checkpoint#${jobId}`, sk: '-' };
}

/** Throws `NotFoundError`. */
export async function getJob(ports: Pick<Ports, 'tables'>, jobId: string): Promise<Item<Job>> {
  const item = await ports.tables.get('activity', { pk: JOBS, sk: jobId });
  if (!item) throw new NotFoundError(`job ${jobId}`);
  return typed<Job>(item);
}

/** Changes a job's item; the last writer wins, since only the run itself writes it. */
export async function putJob(
  { tables }: Pick<Ports, 'tables'>,
  item: Item<Job>,
  change: Partial<Job>,
): Promise<Item<Job>> {
  const changed = { ...item, version: item.version + 1, data: { ...item.data, ...change } };
  await tables.put('activity', { ...changed, data: dataOf(changed.data) });
  return changed;
}

/** Which jobs a list shows: `from` is inclusive, `to` exclusive; `status` is a state or an outcome. */
export interface JobFilter {
  readonly from?: Date;
  readonly to?: Date;
  readonly status?: JobState | JobOutcome;
  readonly profileId?: string;
}

/** Jobs newest first, as the ids sort. */
export function listJobs(ports: Pick<Ports, 'tables'>, request: PageRequest & JobFilter): Promise<ListPage<Job>> {
  const { from, to, status, profileId, ...page } = request;
  const place = {
    table: 'activity',
    pk: JOBS,
    newestFirst: true,
    ...(from === undefined ? {} : { from: firstIdAt('job', from) }),
    ...(to === undefined ? {} : { to: firstIdAt('job', to) }),
  } as const;
  return listPage(ports, place, page, (item) => {
    const { data } = typed<Job>(item);
    const isWanted = status === undefined || data.state === status || data.outcome === status;
    return isWanted && (profileId === undefined || data.profileId === profileId) ? data : undefined;
  });
}

/** Adds a line to a job's log. */
export async function logJob(ports: Pick<Ports, 'tables' | 'clock'>, jobId: string, message: string): Promise<void> {
  const at = ports.clock.now().toISOString();
  const key = { pk: `job-log#${jobId}`, sk: at };
  for (let repeat = 0; ; repeat += 1) {
    const item = { ...key, sk: `${at}#${repeat}`, version: 1, data: { at, message } };
    if ((await ports.tables.putIfAbsent('activity', item)) === 'stored') return;
  }
}

/** A job's log, oldest first. */
export function jobLog(
  ports: Pick<Ports, 'tables'>,
  jobId: string,
  request: PageRequest,
): Promise<ListPage<{ readonly at: string; readonly message: string }>> {
  return listPage(ports, { table: 'activity', pk: `job-log#${jobId}` }, request, (item) => {
    return typed<{ readonly at: string; readonly message: string }>(item).data;
  });
}
