import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** Runs the maintenance jobs that a batch of SQS messages names, one after the other. */
export function createHandler(options: { readonly run: (jobId: string) => Promise<void>; readonly logs: LogSink }) {
  return middy(async (event: SQSEvent): Promise<void> => {
    for (const record of event.Records) {
      const body: unknown = JSON.parse(record.body);
      if (typeof body === 'object' && body !== null && 'jobId' in body && typeof body.jobId === 'string') {
        await options.run(body.jobId);
      }
    }
  }).use(invocationLog(options.logs, 'run-maintenance'));
}
