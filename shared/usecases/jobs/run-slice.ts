import type { Job } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type FinishPorts, finishJob } from './finish-job.ts';
import { keepCheckpoint, logJob, putJob, queueJob } from './jobs.ts';

/** What a task did, and whether it has to go on in another slice. */
export interface Slice {
  readonly details: { readonly [name: string]: number };
  /** Where the next slice begins. */
  readonly rest?: object;
  /** Somebody asked it to end, and it did. */
  readonly isCancelled?: true;
}

/** Keeps what a slice did so far, and where whoever takes it up begins if it dies; not more often than every few seconds. */
export type KeepProgress = (soFar: Slice) => Promise<void>;

/** People look every few seconds, and a write costs. */
const KEPT_EVERY_MS = 2_000;

/** For a slice of this job, which begins now. */
export function keepProgress(ports: Pick<Ports, 'tables' | 'clock'>, running: Item<Job>): KeepProgress {
  let keptMs = ports.clock.now().getTime();
  return async ({ details, rest }) => {
    const nowMs = ports.clock.now().getTime();
    if (nowMs - keptMs < KEPT_EVERY_MS) return;
    keptMs = nowMs;
    if (rest) await keepCheckpoint(ports, running.data.jobId, rest);
    await putJob(ports, running, { details });
  };
}

/**
 * Runs a slice of a job, and queues the next one, or ends the job: as `failed` where the task throws, with the reason in its log.
 * `by` is the function that does it.
 */
export async function runSlice(
  ports: FinishPorts & Pick<Ports, 'queue' | 'logs'>,
  found: Item<Job>,
  by: string,
  task: (keep: KeepProgress) => Promise<Slice>,
): Promise<void> {
  const { jobId } = found.data;
  const running = await putJob(ports, found, { state: 'running' });
  try {
    const { details, rest, isCancelled } = await task(keepProgress(ports, running));
    if (rest) {
      await keepCheckpoint(ports, jobId, rest);
      await putJob(ports, running, { details });
      await queueJob(ports, running.data);
      return;
    }
    const summary = Object.entries(details).map(([name, count]) => `${name} ${count}`);
    await logJob(ports, jobId, `done: ${summary.join(', ')}`);
    const ended = details.damaged || details.faults || details.left ? 'completedWithErrors' : 'succeeded';
    await finishJob(ports, running, isCancelled ? 'cancelled' : ended, { details, by });
  } catch (error) {
    ports.logs.error('job failed', { jobId, error });
    await logJob(ports, jobId, `failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    await finishJob(ports, running, 'failed', { details: {}, by });
  }
}
