import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import type { FilingDirectory } from '../../shared/usecases/filing/filing-context.ts';
import { runJob } from '../../shared/usecases/maintenance/run-job.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** Runs the maintenance jobs that a batch of SQS messages names, one after the other. */
export function createHandler(ports: Ports, directory: FilingDirectory) {
  return middy(async (event: SQSEvent): Promise<void> => {
    for (const record of event.Records) {
      const body: unknown = JSON.parse(record.body);
      if (typeof body === 'object' && body !== null && 'jobId' in body && typeof body.jobId === 'string') {
        await runJob(ports, directory, body.jobId);
      }
    }
  }).use(invocationLog(ports.logs, 'run-maintenance'));
}
