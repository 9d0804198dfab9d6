import type { Job } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FilingDirectory } from '../filing/filing-context.ts';
import { getJob, logJob, putJob } from './jobs.ts';
import { rebuildTables } from './rebuild-tables.ts';
import { SWEEP_AFTER_MS, sweep } from './sweep.ts';

/**
 * Runs a queued maintenance job to its end, or takes up one that died: each task is safe to repeat, so
 * that begins anew. One that failed ends as `failed`, with the reason in its log.
 */
export async function runJob(ports: Ports, directory: FilingDirectory, jobId: string): Promise<void> {
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const running = await putJob(ports, found, { state: 'running' });
  try {
    const details = await task(ports, directory, running.data);
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
  { kind }: Job,
): Promise<{ readonly [name: string]: number }> {
  if (kind === 'rebuild') return { ...(await rebuildTables(ports, directory)) };
  return { ...(await sweep(ports, new Date(ports.clock.now().getTime() - SWEEP_AFTER_MS))) };
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
