import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import type { ByteBudget } from '../../shared/usecases/byte-budget.ts';
import { namedPurges } from '../../shared/usecases/deletion/named-purges.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import { settleDeadLetter } from '../../shared/usecases/filing/settle-dead-letter.ts';
import { giveUpJob, namedJob } from '../../shared/usecases/jobs/give-up-job.ts';
import { namedArrival } from '../archive-arrivals/arrival-message.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** What was tried alone so often, over hours, and is still a dead letter kills the process that reads it. */
const TRIES_ALONE = 5;

/**
 * Settles what the queues gave up on, one after the other: an arrival is filed alone, or goes to quarantine; a job ends
 * as failed; what was to be purged is written down, and queued anew by the sweep. What fails for a reason that may
 * pass, and what names none of these, stays a dead letter.
 */
export function createHandler(context: FilingContext & { readonly ports: Pick<Ports, 'audit'> }, budget: ByteBudget) {
  const { logs } = context.ports;
  const settle = async ({ body, attributes, messageId }: SQSRecord): Promise<void> => {
    const jobId = namedJob(body);
    if (jobId !== undefined) return await giveUpJob(context.ports, jobId, { by: 'settle-dead-letters' });
    if (namedPurges(body)) return logs.error('purges given up for now', { messageId });
    const named = namedArrival(body);
    if (!named) throw new TypeError('a dead letter names no arrival, no job and no purge');
    const tries = Number(attributes.ApproximateReceiveCount) - 1;
    await settleDeadLetter(context, budget, named, { hasKilled: tries >= TRIES_ALONE });
  };
  return middy(async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const record of event.Records) {
      const { messageId } = record;
      try {
        await settle(record);
      } catch (error) {
        logs.error('dead letter not settled', { messageId, error });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  }).use(invocationLog(logs, 'settle-dead-letters'));
}
