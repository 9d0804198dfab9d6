import type { SQSEvent } from 'aws-lambda';
import { createHandler } from '../../../../functions/verify-signatures/handler.ts';
import { createMemoryDns, type MemoryZone } from '../../../../shared/adapters/memory/memory-dns.ts';
import { createMemoryQueue } from '../../../../shared/adapters/memory/queue.ts';
import type { LedgerEntry } from '../../../../shared/domain/ledger-entry.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { arrivalIdOf } from '../../../../shared/usecases/arrival-id.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import { ledgerKeyOf } from '../../../../shared/usecases/filing/ledger.ts';
import { SINGLE_INSTANCE_BYTES } from '../../../../shared/usecases/filing/store-attachments.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { UNVERIFIED } from '../../../../shared/usecases/message-keys.ts';
import { listArrivals } from '../../../../shared/usecases/reading/list-arrivals.ts';
import { createMemoryPorts } from '../memory-ports.ts';

interface Sent {
  readonly queue: string;
  readonly body: string;
  readonly delaySeconds: number;
}

/** An archive over memory ports whose queue only notes what was sent, and the function that verifies. */
export async function createSignaturesWorld(zone: MemoryZone) {
  const sent: Sent[] = [];
  const dns = createMemoryDns(zone);
  const memory = createMemoryPorts('signatures');
  const ports = {
    ...memory,
    dns,
    queue: {
      send: async (queue: string, body: string, { delaySeconds = 0 } = {}) =>
        void sent.push({ queue, body, delaySeconds }),
    },
  } satisfies Ports;
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  const endpoint = await createEndpoint(configuration, { name: 'journal' });
  const directory = bookDirectory(configuration);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: SINGLE_INSTANCE_BYTES };
  const facts = {
    receivedAt: ports.clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: [endpoint.endpointId] },
    envelope: { mailFrom: '', rcptTo: [`${endpoint.localPart}@journal.test`] },
  } as const;

  /** Files these as one batch; answers what the ledger says of each. */
  async function file(...raws: readonly Buffer[]): Promise<readonly LedgerEntry[]> {
    const nudges = [];
    for (const raw of raws) nudges.push(await acceptArrival(ports, facts, raw));
    const unfiled = await fileBatch(context, new ByteBudget(1_000_000), nudges);
    if (unfiled[0]) throw unfiled[0].error;
    return await Promise.all(
      nudges.map(async ({ intakeKey }) => {
        const item = await ports.tables.get('messages', ledgerKeyOf(arrivalIdOf(intakeKey), facts));
        if (!item) throw new Error(`${intakeKey} is not in the ledger`);
        return typed<LedgerEntry>(item).data;
      }),
    );
  }

  /** The messages of the queue `signatures` so far. */
  const announced = () => sent.filter(({ queue }) => queue === 'signatures');

  /** Delivers these bodies to the function, as one event; answers how many it wants again. */
  async function deliver(bodies: readonly string[], over: Partial<Ports> = {}): Promise<number> {
    const handler = createHandler({ ...ports, ...over }, new ByteBudget(1_000_000));
    const queue = createMemoryQueue();
    let failures = 0;
    const done = new Promise<void>((resolve, reject) => {
      queue.consume(
        'signatures',
        async (event: SQSEvent) => {
          try {
            failures = (await handler(event, CONTEXT)).batchItemFailures.length;
            resolve();
          } catch (error) {
            reject(error);
          }
          return undefined;
        },
        { batchSize: 10, windowMs: 0, concurrency: 1, maxReceiveCount: 1, onDeadLetter: () => undefined },
      );
    });
    for (const body of bodies) await queue.send('signatures', body);
    await done;
    await queue.close();
    return failures;
  }

  /** Delivers what was announced last, once it is due. */
  async function deliverLast(over: Partial<Ports> = {}): Promise<number> {
    const [{ dueAt = '' } = {}] = (await waiting()).map(({ data }) => data as { readonly dueAt?: string });
    ports.clock.advance(Math.max(0, Date.parse(dueAt || '1970-01-01') - ports.clock.now().getTime()));
    return await deliver([announced().at(-1)?.body ?? ''], over);
  }

  /** What the list of a message's arrivals says of their signatures. */
  async function verdicts(archiveId = '') {
    const { items } = await listArrivals(ports, archiveId, { limit: 100 });
    return items.map(({ signatures }) => signatures);
  }

  async function waiting() {
    return (await ports.tables.query('messages', UNVERIFIED, { limit: 100 })).items;
  }

  return { ports, dns, directory, file, announced, deliver, deliverLast, verdicts, waiting };
}

const CONTEXT = {
  awsRequestId: 'test',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'test',
  logGroupName: 'test',
  logStreamName: 'test',
  memoryLimitInMB: '1024',
  getRemainingTimeInMillis: () => 60_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
