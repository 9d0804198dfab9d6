import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ByteBudget } from '../../shared/usecases/byte-budget.ts';
import { type VerifyPorts, verifyBatch } from '../../shared/usecases/signatures/verify-batch.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/**
 * Verifies the signatures of the filed arrivals that SQS messages name. Answers the messages that have to be
 * delivered again. Safe to invoke twice with the same event.
 */
export function createHandler(ports: VerifyPorts, budget: ByteBudget) {
  const { logs } = ports;
  return middy(async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const record of event.Records) {
      try {
        const batchId = batchIn(record);
        if (batchId !== undefined) await verifyBatch(ports, budget, batchId);
      } catch (error) {
        logs.warn('signatures not verified', { messageId: record.messageId, error });
        failed.push(record.messageId);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  }).use(invocationLog(logs, 'verify-signatures'));
}

/** What a message names; `undefined` for one that says nothing: what it was about is found by the sweep. */
function batchIn(record: SQSRecord): string | undefined {
  const body: unknown = JSON.parse(record.body);
  const isNudge = typeof body === 'object' && body !== null && 'batchId' in body;
  return isNudge && typeof body.batchId === 'string' ? body.batchId : undefined;
}
