import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import type { HoldTools } from '../../shared/usecases/holds/run-hold-job.ts';
import { runQueuedHoldJob } from '../../shared/usecases/holds/run-queued-hold-job.ts';
import type { FinishPorts } from '../../shared/usecases/jobs/finish-job.ts';
import { namedJob } from '../../shared/usecases/jobs/give-up-job.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** With less time left a job goes on in another invocation: the largest message must be judged and locked in it. */
const TIME_FOR_ONE_MESSAGE_MS = 120_000;

/**
 * Sets and lifts the legal holds of stored versions, by the jobs that SQS messages name. Whoever may do that may delete
 * nothing. Without `tools` the storage locks no versions: then such jobs end and have done nothing.
 */
export function createHandler(ports: FinishPorts & Pick<Ports, 'queue' | 'logs'>, tools: HoldTools | undefined) {
  return middy(async (event: SQSEvent, context: Context): Promise<void> => {
    const mayGoOn = () => context.getRemainingTimeInMillis() > TIME_FOR_ONE_MESSAGE_MS;
    for (const { body } of event.Records) {
      const jobId = namedJob(body);
      if (jobId !== undefined) await runQueuedHoldJob(ports, tools, jobId, mayGoOn);
    }
  }).use(invocationLog(ports.logs, 'hold-versions'));
}
