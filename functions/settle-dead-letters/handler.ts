import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ByteBudget } from '../../shared/usecases/filing/byte-budget.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import { settleDeadLetter } from '../../shared/usecases/filing/settle-dead-letter.ts';
import { namedArrival } from '../archive-arrivals/arrival-message.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** What was tried alone so often, over hours, and is still a dead letter kills the process that reads it. */
const TRIES_ALONE = 5;

/**
 * Settles the arrivals that the queue gave up on, one after the other: each is filed alone, or goes to
 * quarantine. What fails for a reason that may pass, and what names no arrival, stays a dead letter.
 */
export function createHandler(context: FilingContext, budget: ByteBudget) {
  const { logs } = context.ports;
  const settle = async ({ body, attributes }: SQSRecord): Promise<void> => {
    const named = namedArrival(body);
    if (!named) throw new TypeError('a dead letter names no arrival');
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
