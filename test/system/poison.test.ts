import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStores } from '../../infra/local/stores.ts';
import { startWorkers } from '../../infra/local/workers.ts';
import { createReaderProcess } from '../../shared/adapters/processes/reader-process.ts';
import type { ArrivalFacts } from '../../shared/domain/arrival.ts';
import { quarantineIdOf } from '../../shared/domain/quarantined.ts';
import { arrivalIdOf } from '../../shared/usecases/arrival-id.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { listEndpointArrivals } from '../../shared/usecases/reading/list-arrivals.ts';
import { quarantinedItem, readQuarantined } from '../../shared/usecases/reading/quarantine.ts';

let dataDir: string;
let stores: Awaited<ReturnType<typeof openStores>>;
const warned: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterlock-poison-'));
  const warn = (event: string) => void warned.push(event);
  stores = await openStores(dataDir, { info: () => undefined, warn, error: () => undefined });
});

afterAll(async () => {
  await stores.queue.close();
  await stores.close();
  await rm(dataDir, { recursive: true });
});

const mail = (body: string) =>
  Buffer.from(`From: a@x.test\r\nSubject: s\r\nMessage-ID: <${body}@x>\r\n\r\n${body}\r\n`);

describe('mail that kills the reader', () => {
  test('is in quarantine after three tries, and everything beside and behind it is archived', async () => {
    const reader = createReaderProcess(new URL('./deadly-reader.ts', import.meta.url), { heapMegabytes: 64 });
    const ports = { ...stores.ports, reader };
    const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
    const { endpointId, localPart } = await createEndpoint(configuration, { name: 'poisoned' });
    const directory = bookDirectory(configuration);
    startWorkers(ports, stores.queue, { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: 1_000 });
    const facts: ArrivalFacts = {
      receivedAt: new Date().toISOString(),
      source: { kind: 'journal', endpointIds: [endpointId] },
      envelope: { mailFrom: '', rcptTo: [`${localPart}@journal.test`] },
    };
    const poison: { readonly id: string; readonly raw: Buffer }[] = [];
    for (let number = 0; number < 60; number += 1) {
      const death =
        number % 20 === 7 ? ['takes all memory', 'ends the process', 'throws'][Math.floor(number / 20)] : '';
      const raw = mail(`${number} ${death}`);
      const { intakeKey } = await acceptArrival(ports, facts, raw);
      if (death) poison.push({ id: quarantineIdOf(facts.receivedAt, arrivalIdOf(intakeKey)), raw });
    }
    await stores.queue.drain();

    const period = { from: new Date(0), to: new Date(), limit: 200 };
    const { items } = await listEndpointArrivals(ports, endpointId, period);
    const outcomes = items.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual([...Array(57).fill('archived'), ...Array(3).fill('quarantined')]);
    for (const { id, raw } of poison) {
      expect((await quarantinedItem(ports, id)).data.reason).toBe('poison');
      expect(raw.equals(await readQuarantined(ports, id))).toBe(true);
    }
    // The third try is the last one: it ends in quarantine and not in a warning.
    expect(warned.filter((event) => event === 'arrival not filed')).toHaveLength(2 * poison.length);
    for await (const { key } of ports.intake.list('incoming/')) expect(key).toBeUndefined();
  });
});
