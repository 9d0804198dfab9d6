import { type Job, type JobKind, type JobOutcome, type JobState, NO_COUNTS } from '../../domain/job.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { QueueName } from '../../ports/queue.ts';
import type { Item } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { dataOf, typed } from '../item-data.ts';
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
  {
    checkpoint,
    jobId = newJobId(ports),
    ...of
  }: Partial<Pick<Job, 'jobId' | 'profileId' | 'account' | 'mailboxId' | 'parentJobId' | 'archivesMissing'>> & {
    readonly checkpoint?: object;
  } = {},
): Promise<Job> {
  const startedAt = ports.clock.now().toISOString();
  const job: Job = { jobId, kind, ...of, state: 'queued', startedAt, counts: NO_COUNTS };
  if (checkpoint) await keepCheckpoint(ports, jobId, checkpoint);
  await queueNewJob(ports, job);
  return job;
}

/** Puts a job that is to run, if an attempt that died has not, and queues it. */
export async function queueNewJob(ports: Pick<Ports, 'tables' | 'queue'>, job: Job): Promise<void> {
  await ports.tables.putIfAbsent('activity', { pk: JOBS, sk: job.jobId, version: 1, data: dataOf(job) });
  await queueJob(ports, job);
}

/** An id for a job that is started later. */
export function newJobId(ports: Pick<Ports, 'clock' | 'entropy'>): string {
  return newId(ports, 'job');
}

/** Has a job run, or go on. */
export async function queueJob(
  { queue }: Pick<Ports, 'queue'>,
  { jobId, kind }: Pick<Job, 'jobId' | 'kind'>,
  options: { readonly delaySeconds?: number } = {},
): Promise<void> {
  const nudge: JobNudge = { jobId };
  await queue.send(QUEUES[kind] ?? 'jobs', JSON.stringify(nudge), options);
}

/** Where jobs wait that another function runs than maintenance. */
const QUEUES: { readonly [kind: string]: QueueName | undefined } = {
  fetch: 'fetches',
  'folder-sync': 'fetches',
  holds: 'holds',
  retention: 'purges',
  erasure: 'purges',
  'bulk-deletion': 'purges',
};

/** How many of the newest jobs are looked at for those that are not finished. */
const RECENT_JOBS = 1_000;

/** Queues the jobs that a process which ended left unfinished: for a system whose queue does not outlive it. */
export async function resumeJobs(ports: Pick<Ports, 'tables' | 'queue'>): Promise<void> {
  const { items } = await ports.tables.query('activity', JOBS, { newestFirst: true, limit: RECENT_JOBS });
  for (const item of items) {
    const { data: job } = typed<Job>(item);
    if (job.state !== 'finished') await queueJob(ports, job);
  }
}

/** Asks a job to end. One that runs ends within seconds; safe to repeat. Throws `NotFoundError`. */
export async function cancelJob(ports: Pick<Ports, 'tables' | 'queue' | 'clock'>, jobId: string): Promise<Job> {
  const { data: job } = await getJob(ports, jobId);
  if (job.state !== 'finished') {
    await ports.tables.put('activity', {
      ...cancelKey(jobId),
      version: 1,
      data: { at: ports.clock.now().toISOString() },
    });
    // It may be waiting for its next slice.
    await queueJob(ports, job);
  }
  return job;
}

/** Whether somebody asked the job to end. */
export async function isCancelled({ tables }: Pick<Ports, 'tables'>, jobId: string): Promise<boolean> {
  return (await tables.get('activity', cancelKey(jobId))) !== undefined;
}

/** Apart from the job's own item, which only its run writes. */
function cancelKey(jobId: string) {
  return { pk: `job-cancel#${jobId}`, sk: '-' };
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
  /** All that have another state and outcome than `status`. */
  readonly isStatusNegated?: boolean;
  readonly profileId?: string;
  /** The jobs that this one started; `none`: those that no other one did, so that nothing is counted twice. */
  readonly partOf?: string;
  /** Only the jobs of these profiles. */
  readonly profileIds?: readonly string[];
}

/** Jobs newest first, as the ids sort. */
export function listJobs(ports: Pick<Ports, 'tables'>, request: PageRequest & JobFilter): Promise<ListPage<Job>> {
  const { from, to, status, isStatusNegated = false, profileId, partOf, profileIds, ...page } = request;
  const place = {
    table: 'activity',
    pk: JOBS,
    newestFirst: true,
    ...(from === undefined ? {} : { from: firstIdAt('job', from) }),
    ...(to === undefined ? {} : { to: firstIdAt('job', to) }),
  } as const;
  return listPage(ports, place, page, (item) => {
    const { data } = typed<Job>(item);
    const has = data.state === status || data.outcome === status;
    const isWanted = status === undefined || has !== isStatusNegated;
    if (profileIds && (data.profileId === undefined || !profileIds.includes(data.profileId))) return undefined;
    if (partOf !== undefined && (data.parentJobId ?? 'none') !== partOf) return undefined;
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
