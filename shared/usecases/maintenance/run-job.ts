import type { Job } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FilingDirectory } from '../filing/filing-context.ts';
import { checkpointOf, getJob, keepCheckpoint, logJob, putJob, queueJob } from './jobs.ts';
import { type RebuildCheckpoint, rebuildTables } from './rebuild-tables.ts';
import { SWEEP_AFTER_MS, sweep } from './sweep.ts';

/** What a task did, and whether it has to go on in another slice. */
interface Slice {
  readonly details: { readonly [name: string]: number };
  readonly rest?: RebuildCheckpoint;
}

/**
 * Runs a queued maintenance job, or takes up one that died: to its end, or for as long as `mayGoOn` answers true, and
 * then queues it again with a checkpoint. Each task is safe to repeat. One that failed ends as `failed`, with the
 * reason in its log.
 */
export async function runJob(
  ports: Ports,
  directory: FilingDirectory,
  jobId: string,
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const running = await putJob(ports, found, { state: 'running' });
  try {
    const { details, rest } = await task(ports, directory, running.data, mayGoOn);
    if (rest) {
      await keepCheckpoint(ports, jobId, rest);
      await putJob(ports, running, { details });
      await queueJob(ports, jobId);
      return;
    }
    const summary = Object.entries(details).map(([name, count]) => `${name} ${count}`);
    await logJob(ports, jobId, `done: ${summary.join(', ')}`);
    await finish(ports, running, details.damaged ? 'completedWithErrors' : 'succeeded', details);
  } catch (error) {
    ports.logs.error('job failed', { jobId, error });
    await logJob(ports, jobId, `failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    await finish(ports, running, 'failed', {});
  }
}

async function task(
  ports: Ports,
  directory: FilingDirectory,
  { kind, jobId }: Job,
  mayGoOn: () => boolean,
): Promise<Slice> {
  if (kind !== 'rebuild') {
    return { details: { ...(await sweep(ports, new Date(ports.clock.now().getTime() - SWEEP_AFTER_MS))) } };
  }
  const from = await checkpointOf<RebuildCheckpoint>(ports, jobId);
  const { counts, rest } = await rebuildTables(ports, directory, { ...(from && { from }), mayGoOn });
  return { details: { ...counts }, ...(rest && { rest }) };
}

async function finish(
  ports: Ports,
  running: Awaited<ReturnType<typeof getJob>>,
  outcome: NonNullable<Job['outcome']>,
  details: { readonly [name: string]: number },
): Promise<void> {
  const endedAt = ports.clock.now();
  await putJob(ports, running, { state: 'finished', outcome, endedAt: endedAt.toISOString(), details });
  const { jobId, kind } = running.data;
  await ports.events.publish({ type: 'jobFinished', at: endedAt, detail: { jobId, kind, outcome } });
}
