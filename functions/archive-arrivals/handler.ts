import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ByteBudget } from '../../shared/usecases/byte-budget.ts';
import { fileBatch, type UnfiledArrival } from '../../shared/usecases/filing/file-batch.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import type { ArrivalNudge } from '../../shared/usecases/filing/intake-object.ts';
import { settleDeadLetter } from '../../shared/usecases/filing/settle-dead-letter.ts';
import { invocationLog } from '../middleware/invocation-log.ts';
import { namedArrival } from './arrival-message.ts';

/** An arrival that failed so often before is tried alone, and goes to quarantine where that fails too. */
const FAILURES_BEFORE_ALONE = 2;

/**
 * Files the arrivals that a batch of SQS messages names. Answers the messages that have to be delivered
 * again; the rest is filed, quarantined or known. Safe to invoke twice with the same event.
 */
export function createHandler(context: FilingContext, budget: ByteBudget) {
  const { logs } = context.ports;
  const settled = async (nudge: ArrivalNudge): Promise<readonly UnfiledArrival[]> => {
    try {
      await settleDeadLetter(context, budget, nudge);
      return [];
    } catch (error) {
      return [{ nudge, error }];
    }
  };
  return middy(async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const named = event.Records.map((record) => ({ record, nudge: namedArrival(record.body) }));
    const readable = named.flatMap(({ record, nudge }) => (nudge ? [{ nudge, failures: failuresOf(record) }] : []));
    const fresh = readable.filter(({ failures }) => !(failures >= FAILURES_BEFORE_ALONE)).map(({ nudge }) => nudge);
    const unfiled = [...(await fileBatch(context, budget, fresh))];
    for (const { nudge, failures } of readable) {
      if (failures >= FAILURES_BEFORE_ALONE) unfiled.push(...(await settled(nudge)));
    }
    for (const { nudge, error } of unfiled) logs.warn('arrival not filed', { intakeKey: nudge.intakeKey, error });
    const failed = new Set(unfiled.map(({ nudge }) => nudge.intakeKey));
    const again = named.filter(({ nudge }) => !nudge || failed.has(nudge.intakeKey));
    return { batchItemFailures: again.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  }).use(invocationLog(logs, 'archive-arrivals'));
}

/** How often a message was delivered in vain. */
function failuresOf(record: SQSRecord): number {
  return Number(record.attributes.ApproximateReceiveCount) - 1;
}
