import type { SQSEvent } from 'aws-lambda';
import { createHandler as createArchiveArrivals } from '../../functions/archive-arrivals/handler.ts';
import { createHandler as createHoldVersions } from '../../functions/hold-versions/handler.ts';
import { createHandler as createIndexMessages } from '../../functions/index-messages/handler.ts';
import { createHandler as createPurgeMessages, type PurgeTools } from '../../functions/purge-messages/handler.ts';
import { createHandler as createRunFetch } from '../../functions/run-fetch/handler.ts';
import { createHandler as createVerifySignatures } from '../../functions/verify-signatures/handler.ts';
import type { MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { createOpenSource } from '../../shared/sources/open-source.ts';
import { ByteBudget } from '../../shared/usecases/byte-budget.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import type { ArrivalNudge } from '../../shared/usecases/filing/intake-object.ts';
import { settleDeadLetter } from '../../shared/usecases/filing/settle-dead-letter.ts';
import type { HoldTools } from '../../shared/usecases/holds/run-hold-job.ts';
import type { JobTools } from '../../shared/usecases/maintenance/run-job.ts';
import type { IndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { endJob, startJobs } from './jobs.ts';
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
/** Jobs that purge, and messages, at once: a job does not keep people's deletions waiting. */
const PURGED_AT_ONCE = 2;
/** How long verifying and indexing wait for filing, and how often they look. */
const MAX_QUIET_MS = 30_000;
const QUIET_STEP_MS = 100;

/** Without `purging` nothing is deleted, without `holds` no legal hold is set on what is stored. */
interface WorkerTools extends Pick<JobTools, 'index' | 'search' | 'locks'> {
  readonly holds?: Pick<HoldTools, 'addresses'>;
  readonly purging?: PurgeTools;
  readonly aloneSince?: Date;
}

/**
 * Runs the functions that the queues invoke, with the events that SQS would send. `queue` is the local one; on AWS the
 * event source mappings of the service stack do the same. Without `index` nothing is indexed, without `search` no
 * search goes on as a job. `aloneSince` says that no other process works on the same tables.
 */
export function startWorkers(
  ports: Ports,
  queue: MemoryQueue,
  context: FilingContext,
  { index, search, holds, locks, purging, aloneSince }: WorkerTools = {},
): void {
  const budget = new ByteBudget(BYTES_IN_FLIGHT);
  let fetching = 0;
  const isFiling = () => fetching > 0 || queue.depth('arrivals') > 0;
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
    await quiet(isFiling);
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
  const openSource = createOpenSource({ clock: ports.clock, loopbackHttp: true });
  const runFetch = createRunFetch({
    ports,
    filing: context,
    budget,
    openSource,
    ...(aloneSince ? { aloneSince } : {}),
  });
  let leftovers: Promise<void> | undefined;
  queue.consume(
    'fetches',
    async (event: SQSEvent) => {
      // A job counts what it finds in the ledger: what a crash left in intake is filed before it goes on.
      leftovers ??= quiet(isFiling);
      await leftovers;
      fetching += 1;
      try {
        await runFetch(event, localContext());
      } finally {
        fetching -= 1;
      }
      return undefined;
    },
    {
      batchSize: 1,
      windowMs: 0,
      concurrency: FETCHED_AT_ONCE,
      maxReceiveCount: MAX_RECEIVE_COUNT,
      onDeadLetter: (record) => endJob(ports, record),
    },
  );
  if (purging) startPurging(ports, queue, purging);
  if (index) startIndexing(queue, index, isFiling);
  startHolding(ports, queue, index && search && holds && { index, workers: search, reader: index.units, ...holds });
  startJobs(ports, queue, {
    directory: context.directory,
    ...(index ? { index } : {}),
    ...(search ? { search } : {}),
    ...(locks ? { locks } : {}),
  });
}

function startPurging(ports: Ports, queue: MemoryQueue, tools: PurgeTools): void {
  const purgeMessages = createPurgeMessages(tools);
  const handle = async (event: SQSEvent) => {
    await purgeMessages(event, localContext());
    return undefined;
  };
  queue.consume('purges', handle, {
    batchSize: 1,
    windowMs: 0,
    concurrency: PURGED_AT_ONCE,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    // A job ends as failed. What else was to be purged is written down; the sweep queues it again.
    onDeadLetter: (record) => endJob(ports, record),
  });
}

function startHolding(ports: Ports, queue: MemoryQueue, tools: HoldTools | undefined): void {
  const holdVersions = createHoldVersions(ports, tools);
  const handle = async (event: SQSEvent) => {
    await holdVersions(event, localContext());
    return undefined;
  };
  queue.consume('holds', handle, {
    batchSize: 1,
    windowMs: 0,
    concurrency: 1,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    onDeadLetter: (record) => endJob(ports, record),
  });
}

function startIndexing(queue: MemoryQueue, index: IndexContext, isFiling: () => boolean): void {
  const indexMessages = createIndexMessages(index);
  const indexAfterFiling = async (event: SQSEvent) => {
    // As late as the oldest of these may be, and no later: there may be many units, one after the other.
    const sentAt = Math.min(...event.Records.map(({ attributes }) => Number(attributes.SentTimestamp)));
    await quiet(isFiling, MAX_QUIET_MS - (Date.now() - sentAt));
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
 * Waits until nothing is filed: here all share the processor, and what comes after takes more of it than filing. Not for
 * ever, as mail may never cease.
 */
async function quiet(isFiling: () => boolean, mostMs: number = MAX_QUIET_MS): Promise<void> {
  for (let waitedMs = 0; waitedMs < mostMs && isFiling(); waitedMs += QUIET_STEP_MS) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_STEP_MS));
  }
}
