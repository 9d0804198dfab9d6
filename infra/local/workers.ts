import type { SQSEvent } from 'aws-lambda';
import { createHandler as createArchiveArrivals } from '../../functions/archive-arrivals/handler.ts';
import { createHandler as createIndexMessages } from '../../functions/index-messages/handler.ts';
import { createHandler as createRunFetch } from '../../functions/run-fetch/handler.ts';
import { createHandler as createVerifySignatures } from '../../functions/verify-signatures/handler.ts';
import type { MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { SearchWorkers } from '../../shared/ports/search-workers.ts';
import { openSource } from '../../shared/sources/open-source.ts';
import { ByteBudget } from '../../shared/usecases/filing/byte-budget.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import type { ArrivalNudge } from '../../shared/usecases/filing/intake-object.ts';
import { settleDeadLetter } from '../../shared/usecases/filing/settle-dead-letter.ts';
import type { IndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { startJobs } from './jobs.ts';
import { localContext } from './local-context.ts';

/** Bytes of mail that are read at once; a message over it goes alone. */
const BYTES_IN_FLIGHT = 48 * 1024 * 1024;
/** As the SQS event source on AWS: messages of a batch, and how long it waits to fill. */
const BATCH_SIZE = 50;
const BATCH_WINDOW_MS = 5;
const BATCHES_AT_ONCE = 3;
const MAX_RECEIVE_COUNT = 5;
/** Batches of arrivals whose signatures are verified at once: they wait for DNS more than they work. */
const VERIFIED_AT_ONCE = 2;
/** Units that are indexed at once: one reads mail while the other writes. */
const INDEXED_AT_ONCE = 2;
/** Mailboxes that are fetched at once. */
const FETCHED_AT_ONCE = 3;
/** How long verifying and indexing wait for filing, and how often they look. */
const MAX_QUIET_MS = 30_000;
const QUIET_STEP_MS = 100;

/**
 * Runs the functions that the queues invoke, with the events that SQS would send. `queue` is the local
 * one; on AWS the event source mappings of the service stack do the same. Without `index` nothing is indexed, without `search` no search goes on as a job.
 */
export function startWorkers(
  ports: Ports,
  queue: MemoryQueue,
  context: FilingContext,
  { index, search }: { readonly index?: IndexContext; readonly search?: SearchWorkers } = {},
): void {
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
  const runFetch = createRunFetch({ ports, filing: context, budget, openSource });
  queue.consume(
    'fetches',
    async (event: SQSEvent) => {
      await runFetch(event, localContext());
      return undefined;
    },
    {
      batchSize: 1,
      windowMs: 0,
      concurrency: FETCHED_AT_ONCE,
      maxReceiveCount: MAX_RECEIVE_COUNT,
      onDeadLetter: (record) => ports.logs.error('job given up', { messageId: record.messageId }),
    },
  );
  if (index) startIndexing(queue, index);
  startJobs(ports, queue, {
    directory: context.directory,
    ...(index ? { index } : {}),
    ...(search ? { search } : {}),
  });
}

function startIndexing(queue: MemoryQueue, index: IndexContext): void {
  const indexMessages = createIndexMessages(index);
  const indexAfterFiling = async (event: SQSEvent) => {
    // As late as the oldest of these may be, and no later: there may be many units, one after the other.
    const sentAt = Math.min(...event.Records.map(({ attributes }) => Number(attributes.SentTimestamp)));
    await quiet(queue, MAX_QUIET_MS - (Date.now() - sentAt));
    return await indexMessages(event, localContext());
  };
  queue.consume('index', indexAfterFiling, {
    batchSize: 1,
    windowMs: 0,
    concurrency: INDEXED_AT_ONCE,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    // What waits to be indexed stays where it is; the sweep queues it again.
    onDeadLetter: (record) => index.ports.logs.error('unit given up for now', { messageId: record.messageId }),
  });
}

/**
 * Waits until no arrival does: here all share the processor, and what comes after takes more of it than filing. Not for
 * ever, as mail may never cease.
 */
async function quiet(queue: MemoryQueue, mostMs: number = MAX_QUIET_MS): Promise<void> {
  for (let waitedMs = 0; waitedMs < mostMs && queue.depth('arrivals') > 0; waitedMs += QUIET_STEP_MS) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_STEP_MS));
  }
}
