import { NotFoundError } from '../../errors.ts';
import { type FinishPorts, finishJob } from './finish-job.ts';
import { getJob, logJob } from './jobs.ts';

/** The job that a message of the queues `jobs` and `fetches` names; `undefined` where it names none. */
export function namedJob(body: string): string | undefined {
  try {
    const nudge: unknown = JSON.parse(body);
    const isNamed = typeof nudge === 'object' && nudge !== null && 'jobId' in nudge && typeof nudge.jobId === 'string';
    return isNamed ? String(nudge.jobId) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Ends a job that the queue gave up on as `failed`, with a line in its log that says so: nobody runs it any more. What it
 * has done stays, and so do its counts. Nothing happens to one that has ended, or is gone. Safe to repeat. `by` is the
 * function that does it.
 */
export async function giveUpJob(ports: FinishPorts, jobId: string, { by }: { readonly by: string }): Promise<void> {
  try {
    const item = await getJob(ports, jobId);
    if (item.data.state === 'finished') return;
    await logJob(ports, jobId, 'given up: each of its attempts died, or failed for a reason outside of it');
    await finishJob(ports, item, 'failed', { by });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
