import type { JobKind } from '../../domain/job.ts';
import { type DataRequest, REQUEST_JOBS } from '../../domain/requests/data-request.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { getJob, newJobId, startJob } from '../jobs/jobs.ts';
import { firstIdAt } from '../new-id.ts';
import { changeRequest } from './request-book.ts';

/** What use cases of requests work with. */
export type RequestPorts = Pick<Ports, 'tables' | 'log' | 'queue' | 'clock' | 'entropy' | 'logs'>;

/** The checkpoint that a job of a request begins with; what the job keeps later has it too. */
export interface RequestJobCheckpoint {
  readonly requestId: string;
}

/**
 * Changes a request where nobody else did meanwhile, naming the job that follows from it, and starts that; throws `ConflictError`
 * otherwise, and starts nothing. Where it dies in between the request names a job that there is not: see `isAtWork`.
 */
export async function startRequestJob(
  ports: RequestPorts,
  current: Item<DataRequest>,
  kind: JobKind,
  change: Partial<DataRequest>,
): Promise<{ readonly jobId: string }> {
  const jobId = newJobId(ports);
  const jobIds = [...current.data.jobIds, jobId].slice(-REQUEST_JOBS);
  await changeRequest(ports, current, { ...change, jobIds });
  const checkpoint: RequestJobCheckpoint = { requestId: current.data.requestId };
  await startJob(ports, kind, { jobId, checkpoint });
  return { jobId };
}

/** For how long a job that a request names, and that is not there, may still be about to be started by another. */
const STARTING_MS = 30_000;

/** Whether the newest job of a request waits or runs, or is about to. */
export async function isAtWork(
  ports: Pick<Ports, 'tables' | 'clock'>,
  { jobIds }: Pick<DataRequest, 'jobIds'>,
): Promise<boolean> {
  const jobId = jobIds.at(-1);
  if (jobId === undefined) return false;
  try {
    return (await getJob(ports, jobId)).data.state !== 'finished';
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const since = new Date(ports.clock.now().getTime() - STARTING_MS);
    return jobId > firstIdAt('job', since);
  }
}
