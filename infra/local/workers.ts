import type { Context, SQSEvent } from 'aws-lambda';
import { createHandler as createArchiveArrivals } from '../../functions/archive-arrivals/handler.ts';
import { createHandler as createRunMaintenance } from '../../functions/run-maintenance/handler.ts';
import { createHandler as createVerifySignatures } from '../../functions/verify-signatures/handler.ts';
import type { MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { ByteBudget } from '../../shared/usecases/filing/byte-budget.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import type { ArrivalNudge } from '../../shared/usecases/filing/intake-object.ts';
import { settleDeadLetter } from '../../shared/usecases/filing/settle-dead-letter.ts';

/** Bytes of mail that are read at once; a message over it goes alone. */
const BYTES_IN_FLIGHT = 48 * 1024 * 1024;
/** As the SQS event source on AWS: messages of a batch, and how long it waits to fill. */
const BATCH_SIZE = 50;
const BATCH_WINDOW_MS = 5;
const BATCHES_AT_ONCE = 3;
const MAX_RECEIVE_COUNT = 5;
/** Batches of arrivals whose signatures are verified at once: they wait for DNS more than they work. */
const VERIFIED_AT_ONCE = 2;
/** How long verifying waits for filing, and how often it looks. */
const MAX_QUIET_MS = 30_000;
const QUIET_STEP_MS = 100;

/**
 * Runs the functions that the queues invoke, with the events that SQS would send. `queue` is the local
 * one; on AWS the event source mappings of the service stack do the same.
 */
export function startWorkers(ports: Ports, queue: MemoryQueue, context: FilingContext): void {
  const budget = new ByteBudget(BYTES_IN_FLIGHT);
  const archiveArrivals = createArchiveArrivals(context, budget);
  queue.consume('arrivals', async (event) => await archiveArrivals(event, localContext()), {
    batchSize: BATCH_SIZE,
    windowMs: BATCH_WINDOW_MS,
    concurrency: BATCHES_AT_ONCE,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    onDeadLetter: async (record) => {
      const nudge: ArrivalNudge = JSON.parse(record.body);
      await settleDeadLetter(context, budget, nudge);
    },
  });
  const verifySignatures = createVerifySignatures(ports, new ByteBudget(BYTES_IN_FLIGHT));
  const afterFiling = async (event: SQSEvent) => {
    await quiet(queue);
    return await verifySignatures(event, localContext());
  };
  queue.consume('signatures', afterFiling, {
    batchSize: 1,
    windowMs: 0,
    concurrency: VERIFIED_AT_ONCE,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    // The batch stays where it is; the sweep queues it again.
    onDeadLetter: (record) => ports.logs.error('signatures given up for now', { messageId: record.messageId }),
  });
  const runMaintenance = createRunMaintenance(ports, context.directory);
  queue.consume(
    'jobs',
    async (event: SQSEvent) => {
      await runMaintenance(event, localContext());
      return undefined;
    },
    {
      batchSize: 1,
      windowMs: 0,
      concurrency: 1,
      maxReceiveCount: MAX_RECEIVE_COUNT,
      onDeadLetter: (record) => ports.logs.error('job given up', { messageId: record.messageId }),
    },
  );
}

/**
 * Waits until no arrival does: here both share the processor, and verifying takes more of it than filing. Not for
 * ever, as mail may never cease.
 */
async function quiet(queue: MemoryQueue): Promise<void> {
  for (let waitedMs = 0; waitedMs < MAX_QUIET_MS && queue.depth('arrivals') > 0; waitedMs += QUIET_STEP_MS) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_STEP_MS));
  }
}

/** What a function may ask of its invocation; the local system sets no deadline. */
export function localContext(): Context {
  return {
    awsRequestId: 'local',
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'local',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:local',
    logGroupName: 'local',
    logStreamName: 'local',
    memoryLimitInMB: '1024',
    getRemainingTimeInMillis: () => 15 * 60_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
