import type { Job } from '../../domain/job.ts';
import type { Profile } from '../../domain/profile.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { getJob, queueJob, startJob } from '../jobs/jobs.ts';

type StartPorts = Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>;

/** The last run of a profile. */
export interface LastRun {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly jobId?: string;
  /** When the job was queued again because its queue might have forgotten it. */
  readonly nudgedAt?: string;
}

/** After so long without an end a job may have lost its place in the queue. */
const NUDGE_AFTER_MS = 30 * 60_000;

/** The last run, and the item it is kept in; both absent before the first. */
export async function lastRun(
  { tables }: Pick<Ports, 'tables'>,
  profileId: string,
): Promise<{ readonly item?: Item; readonly last?: LastRun }> {
  const item = await tables.get('activity', runKey(profileId));
  return item ? { item, last: typed<LastRun>(item).data } : {};
}

/**
 * Queues a run of a profile; with `archivesMissing` one that archives what it finds missing, with `mailboxId` one of that
 * mailbox alone, for profiles of several. Throws `ConflictError` while its last run is not over, or where another one was
 * queued meanwhile.
 */
export async function startProfileJob(
  ports: StartPorts,
  { profileId, kind }: Pick<Profile, 'profileId' | 'kind'>,
  options: Pick<Job, 'archivesMissing' | 'mailboxId'> = {},
): Promise<Job> {
  const { item, last } = await lastRun(ports, profileId);
  const running = await runningJob(ports, { item, last });
  if (running) throw new ConflictError(`profile ${profileId} is being run by ${running.jobId}`);
  const startedAt = ports.clock.now().toISOString();
  const claim: Item = { ...runKey(profileId), version: (item?.version ?? 0) + 1, data: dataOf({ startedAt }) };
  const claimed = item
    ? await ports.tables.putIfVersion('activity', claim, item.version)
    : await ports.tables.putIfAbsent('activity', claim);
  if (claimed !== 'stored') throw new ConflictError(`profile ${profileId} was started meanwhile`);
  const job = await startJob(ports, kind === 'archive' ? 'fetch' : kind, { profileId, ...options });
  await ports.tables.putIfVersion(
    'activity',
    { ...claim, version: claim.version + 1, data: dataOf({ startedAt, jobId: job.jobId }) },
    claim.version,
  );
  return job;
}

/** The job of the last run, while it is not finished; one that was forgotten by its queue is queued again. */
async function runningJob(
  ports: StartPorts,
  { item, last }: { readonly item: Item | undefined; readonly last: LastRun | undefined },
): Promise<Job | undefined> {
  if (!item || last?.jobId === undefined) return undefined;
  try {
    const { data: job } = await getJob(ports, last.jobId);
    if (job.state === 'finished') return undefined;
    const now = ports.clock.now();
    if (now.getTime() - Date.parse(last.nudgedAt ?? last.startedAt) > NUDGE_AFTER_MS) {
      const data = dataOf({ ...last, nudgedAt: now.toISOString() });
      await ports.tables.putIfVersion('activity', { ...item, version: item.version + 1, data }, item.version);
      await queueJob(ports, job);
    }
    return job;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function runKey(profileId: string) {
  return { pk: `profile-run#${profileId}`, sk: '-' };
}
