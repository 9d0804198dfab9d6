import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import { isQuarantineId } from '../../shared/domain/quarantined.ts';
import { doQuarantineWork } from '../../shared/usecases/deletion/purge-quarantined-work.ts';
import { doPurgeWork } from '../../shared/usecases/deletion/purge-work.ts';
import type { PurgingContext } from '../../shared/usecases/deletion/purging-task.ts';
import { runPurgingJob } from '../../shared/usecases/deletion/run-purging-job.ts';
import { asksForKey, proofKeys, publishKey } from '../../shared/usecases/deletion/signing-key.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** With less time left the rest goes on in another invocation: a batch of messages must be purged in it. */
const TIME_FOR_ONE_BATCH_MS = 120_000;

/** What purging works with, before its keys are known. */
export type PurgeTools = Omit<PurgingContext, 'proof'>;

/**
 * Purges messages, and input in quarantine, that SQS messages name, as far as nothing keeps them, and runs jobs that
 * purge; publishes what certificates are verified with where that is asked for. Safe to invoke at any time.
 */
export function createHandler(tools: PurgeTools) {
  let proof: ReturnType<typeof proofKeys> | undefined;
  return middy(async (event: SQSEvent, context: Context): Promise<void> => {
    proof ??= proofKeys(tools.ports);
    const deletion = { ...tools, proof: await proof };
    const mayGoOn = () => context.getRemainingTimeInMillis() > TIME_FOR_ONE_BATCH_MS;
    for (const record of event.Records) {
      const body: unknown = JSON.parse(record.body);
      if (typeof body !== 'object' || body === null) continue;
      if (asksForKey(body)) await publishKey(deletion.ports, deletion.proof);
      if ('jobId' in body && typeof body.jobId === 'string') await runPurgingJob(deletion, body.jobId, mayGoOn);
      if (!('archiveIds' in body) || !Array.isArray(body.archiveIds)) continue;
      for (const archiveId of body.archiveIds) {
        if (typeof archiveId !== 'string') continue;
        if (isQuarantineId(archiveId)) await doQuarantineWork(deletion, archiveId);
        else await doPurgeWork(deletion, archiveId);
      }
    }
  })
    .onError(() => {
      // The next invocation asks for the secret again.
      proof = undefined;
    })
    .use(invocationLog(tools.ports.logs, 'purge-messages'));
}
