import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import type { ProfileJobContext } from '../../shared/usecases/fetching/profile-job.ts';
import { runFetchJob } from '../../shared/usecases/fetching/run-fetch-job.ts';
import { runFolderSyncJob } from '../../shared/usecases/folder-sync/run-folder-sync-job.ts';
import { getJob } from '../../shared/usecases/jobs/jobs.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** With less time left a job goes on in another invocation: what was fetched must be filed in it. */
const TIME_FOR_WHAT_IS_UNDER_WAY_MS = 120_000;

/** Runs the jobs of profiles that a batch of SQS messages names, one after the other, each for as long as there is time. */
export function createHandler(context: ProfileJobContext) {
  return middy(async (event: SQSEvent, { getRemainingTimeInMillis }: Context): Promise<void> => {
    const mayGoOn = () => getRemainingTimeInMillis() > TIME_FOR_WHAT_IS_UNDER_WAY_MS;
    for (const record of event.Records) {
      const body: unknown = JSON.parse(record.body);
      if (typeof body === 'object' && body !== null && 'jobId' in body && typeof body.jobId === 'string') {
        const { data: job } = await getJob(context.ports, body.jobId);
        const run = job.kind === 'folder-sync' ? runFolderSyncJob : runFetchJob;
        await run(context, body.jobId, mayGoOn);
      }
    }
  }).use(invocationLog(context.ports.logs, 'run-fetch'));
}
