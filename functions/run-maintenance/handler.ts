import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import { type JobTools, runJob } from '../../shared/usecases/maintenance/run-job.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** With less time left a job goes on in another invocation: the largest object must be done in it. */
const TIME_FOR_ONE_OBJECT_MS = 120_000;

/** Runs the maintenance jobs that a batch of SQS messages names, one after the other, each for as long as there is time. */
export function createHandler(ports: Ports, tools: JobTools) {
  return middy(async (event: SQSEvent, context: Context): Promise<void> => {
    const mayGoOn = () => context.getRemainingTimeInMillis() > TIME_FOR_ONE_OBJECT_MS;
    for (const record of event.Records) {
      const body: unknown = JSON.parse(record.body);
      if (typeof body === 'object' && body !== null && 'jobId' in body && typeof body.jobId === 'string') {
        await runJob(ports, tools, body.jobId, mayGoOn);
      }
    }
  }).use(invocationLog(ports.logs, 'run-maintenance'));
}
