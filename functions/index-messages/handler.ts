import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { IndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { type IndexUnit, unitNamed } from '../../shared/usecases/search/index/index-unit.ts';
import { indexUnit } from '../../shared/usecases/search/index/index-unit-run.ts';
import { nudgeUnits } from '../../shared/usecases/search/index/marks.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** With less time left a run ends, and the rest is left to another: the largest commit, or merge, must be done in it. */
const TIME_FOR_ONE_COMMIT_MS = 180_000;

/** A unit that failed so often before is indexed one message after the other. */
const FAILURES_BEFORE_CAREFUL = 2;

/**
 * Indexes what waits in the units that SQS messages name. Answers the messages that have to be delivered again. Safe to
 * invoke twice with the same event.
 */
export function createHandler(context: IndexContext) {
  const { logs } = context.ports;
  return middy(async (event: SQSEvent, invocation: Context): Promise<SQSBatchResponse> => {
    const mayGoOn = () => invocation.getRemainingTimeInMillis() > TIME_FOR_ONE_COMMIT_MS;
    const failed: string[] = [];
    for (const record of event.Records) {
      const nudge = nudgeIn(record);
      if (!nudge) continue;
      const { unit, isTidying } = nudge;
      try {
        const isCareful = Number(record.attributes.ApproximateReceiveCount) > FAILURES_BEFORE_CAREFUL;
        const { isLeft, ...counts } = await indexUnit(context, unit, { mayGoOn, isTidying, isCareful });
        if (isLeft) await nudgeUnits(context.ports, [unit]);
        if (counts.added + counts.changed > 0) logs.info('unit indexed', { ...unit, ...counts });
      } catch (error) {
        logs.warn('unit not indexed', { ...unit, error });
        failed.push(record.messageId);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  }).use(invocationLog(logs, 'index-messages'));
}

/** What a message names; `undefined` for one that says nothing: what it was about is found by the sweep. */
function nudgeIn(record: SQSRecord): { readonly unit: IndexUnit; readonly isTidying: boolean } | undefined {
  const body: unknown = JSON.parse(record.body);
  if (typeof body !== 'object' || body === null || !('unit' in body) || typeof body.unit !== 'string') return undefined;
  const unit = unitNamed(body.unit);
  return unit && { unit, isTidying: 'isTidying' in body && body.isTidying === true };
}
