import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import type { FetchContext } from '../../shared/usecases/fetching/fetch-run.ts';
import { type FetchJobPorts, runFetchJob } from '../../shared/usecases/fetching/run-fetch-job.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** With less time left a job goes on in another invocation: what was fetched must be filed in it. */
const TIME_FOR_WHAT_IS_UNDER_WAY_MS = 120_000;

/** Runs the fetch jobs that a batch of SQS messages names, one after the other, each for as long as there is time. */
export function createHandler(context: FetchContext & { readonly ports: FetchJobPorts }) {
  return middy(async (event: SQSEvent, { getRemainingTimeInMillis }: Context): Promise<void> => {
    const mayGoOn = () => getRemainingTimeInMillis() > TIME_FOR_WHAT_IS_UNDER_WAY_MS;
    for (const record of event.Records) {
      const body: unknown = JSON.parse(record.body);
      if (typeof body === 'object' && body !== null && 'jobId' in body && typeof body.jobId === 'string') {
        await runFetchJob(context, body.jobId, mayGoOn);
      }
    }
  }).use(invocationLog(context.ports.logs, 'run-fetch'));
}
