import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { createHandler as createRunMaintenance } from '../../functions/run-maintenance/handler.ts';
import type { MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { giveUpJob, namedJob } from '../../shared/usecases/jobs/give-up-job.ts';
import { getJob } from '../../shared/usecases/jobs/jobs.ts';
import type { JobTools } from '../../shared/usecases/maintenance/run-job.ts';
import { localContext } from './local-context.ts';

/** Somebody waits for a search; what else there is to do may take hours, and has the machine to itself beside them. */
const AT_ONCE = { search: 2, other: 1 };
/** How long a job waits until it is looked again whether its turn has come. */
const WAIT_SECONDS = 1;
const MAX_RECEIVE_COUNT = 5;

type Lane = keyof typeof AT_ONCE;

/** Runs jobs that are queued: searches beside whatever else runs. */
export function startJobs(ports: Ports, queue: MemoryQueue, tools: JobTools): void {
  const runMaintenance = createRunMaintenance(ports, tools);
  const running: Record<Lane, number> = { search: 0, other: 0 };
  const handle = async (event: SQSEvent) => {
    const lane = await laneOf(ports, event);
    if (running[lane] >= AT_ONCE[lane]) {
      // Back into the queue, so that it takes no place from the others.
      for (const { body } of event.Records) await queue.send('jobs', body, { delaySeconds: WAIT_SECONDS });
      return undefined;
    }
    running[lane] += 1;
    try {
      await runMaintenance(event, localContext());
    } finally {
      running[lane] -= 1;
    }
    return undefined;
  };
  queue.consume('jobs', handle, {
    batchSize: 1,
    windowMs: 0,
    // One more than ever run, for those that find no place and go back.
    concurrency: AT_ONCE.search + AT_ONCE.other + 1,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    onDeadLetter: (record) => endJob(ports, record),
  });
}

/** Ends a job whose attempts all failed. */
export async function endJob(ports: Ports, { body, messageId }: Pick<SQSRecord, 'body' | 'messageId'>): Promise<void> {
  const jobId = namedJob(body);
  ports.logs.error('job given up', { messageId, jobId });
  if (jobId !== undefined) await giveUpJob(ports, jobId, { by: 'settle-dead-letters' });
}

async function laneOf(ports: Ports, { Records }: SQSEvent): Promise<Lane> {
  const jobId = namedJob(Records[0]?.body ?? 'null');
  if (jobId === undefined) return 'other';
  try {
    return (await getJob(ports, jobId)).data.kind === 'search' ? 'search' : 'other';
  } catch (error) {
    if (error instanceof NotFoundError) return 'other';
    throw error;
  }
}
