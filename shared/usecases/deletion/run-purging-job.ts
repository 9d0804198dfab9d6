import type { Job } from '../../domain/job.ts';
import type { Item } from '../../ports/tables.ts';
import { finishJob } from '../jobs/finish-job.ts';
import { checkpointOf, getJob, isCancelled, keepCheckpoint, logJob, putJob, queueJob } from '../jobs/jobs.ts';
import { keepProgress } from '../jobs/run-slice.ts';
import { requestTask } from './by-request/delete-requested.ts';
import type { Counted } from './certificate-progress.ts';
import { certifyJob } from './certify-job.ts';
import type { PurgingCheckpoint, PurgingContext, PurgingTask } from './purging-task.ts';
import { retentionTask } from './walk-retention.ts';

/**
 * Runs a queued job that purges, or takes up one that died, for as long as `mayGoOn` answers true, and then queues it
 * again. At its end there is a certificate of what it purged. Safe to repeat, and beside others. One that was cancelled
 * certifies what it did, and so does one that failed.
 */
export async function runPurgingJob(
  context: PurgingContext,
  jobId: string,
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const { ports } = context;
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const running = await putJob(ports, found, { state: 'running' });
  if (running.data.kind === 'retention') await runTask(context, retentionTask, running, mayGoOn);
  else await runTask(context, requestTask, running, mayGoOn);
}

async function runTask<Checkpoint extends PurgingCheckpoint>(
  context: PurgingContext,
  task: PurgingTask<Checkpoint>,
  running: Item<Job>,
  mayGoOn: () => boolean,
): Promise<void> {
  const { ports } = context;
  const { jobId } = running.data;
  let checkpoint = await checkpointOf<Checkpoint>(ports, jobId);
  try {
    if (!checkpoint?.certificate) {
      const keep = keepProgress(ports, running);
      const reached = (rest: Checkpoint) => keep({ details: { ...rest.counts }, rest });
      const walked = await task.walk(context, running.data, checkpoint, mayGoOn, reached);
      checkpoint = walked.isDone ? { ...walked.checkpoint, certificate: { phase: 'count' } } : walked.checkpoint;
    }
    if (checkpoint.certificate && mayGoOn()) {
      const { requestId } = checkpoint;
      const of = { job: running.data, ...(requestId === undefined ? {} : { requestId }) };
      const certificate = await certifyJob(context, of, checkpoint.certificate, mayGoOn);
      checkpoint = { ...checkpoint, certificate };
    }
    if (checkpoint.certificate?.phase === 'sign' && checkpoint.certificate.isDone) {
      if (!checkpoint.hasFailed) await task.end?.(context, running.data, checkpoint);
      await end(context, running, checkpoint, checkpoint.certificate.counted);
      return;
    }
    await keepCheckpoint(ports, jobId, checkpoint);
    await putJob(ports, running, { details: { ...checkpoint.counts } });
    await queueJob(ports, running.data);
  } catch (error) {
    // What a slice has purged is written down by message, and certified by the next.
    if (error instanceof Error && 'retryable' in error && error.retryable) throw error;
    ports.logs.error('job failed', { jobId, error });
    await logJob(ports, jobId, `failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    const { counts = { undecided: 0 }, certificate, ...rest } = checkpoint ?? {};
    if (certificate) return await finishJob(ports, running, 'failed', { details: { ...counts }, by: 'purge-messages' });
    await keepCheckpoint(ports, jobId, { ...rest, counts, hasFailed: true, certificate: { phase: 'count' } });
    await queueJob(ports, running.data);
  }
}

async function end(
  { ports }: PurgingContext,
  running: Item<Job>,
  { counts, isStopped, hasFailed }: PurgingCheckpoint,
  certified: Counted,
): Promise<void> {
  const { jobId } = running.data;
  const details = asCertified(counts, certified);
  const summary = Object.entries(details).map(([name, count]) => `${name} ${count}`);
  await logJob(ports, jobId, `done: ${summary.join(', ')}`);
  const isCut = isStopped || (await isCancelled(ports, jobId));
  if (hasFailed) return await finishJob(ports, running, 'failed', { details, by: 'purge-messages' });
  const outcome = isCut ? 'cancelled' : details.undecided > 0 ? 'completedWithErrors' : 'succeeded';
  await finishJob(ports, running, outcome, { details, by: 'purge-messages' });
}

/**
 * What was purged is what is certified: an attempt that died may have purged more than it came to count, and then it had
 * decided on that, too.
 */
function asCertified(
  counts: PurgingCheckpoint['counts'] & { readonly decided?: number; readonly purged?: number },
  { messages, bytes, bytesLocked = 0 }: Counted,
): NonNullable<Job['details']> & Pick<PurgingCheckpoint['counts'], 'undecided'> {
  const { decided = 0, purged = 0 } = counts;
  const uncounted = Math.max(0, messages - purged);
  return { ...counts, decided: decided + uncounted, purged: messages, bytes, bytesLocked };
}
