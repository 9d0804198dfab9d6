import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStores } from '../../infra/local/stores.ts';
import { startWorkers } from '../../infra/local/workers.ts';
import type { ArrivalFacts } from '../../shared/domain/arrival.ts';
import type { LedgerEntry } from '../../shared/domain/ledger-entry.ts';
import { quarantineIdOf } from '../../shared/domain/quarantined.ts';
import { readOriginal } from '../../shared/mail/read-original.ts';
import { arrivalIdOf } from '../../shared/usecases/arrival-id.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { ledgerKeyOf } from '../../shared/usecases/filing/ledger.ts';
import { typed } from '../../shared/usecases/item-data.ts';
import { readQuarantined } from '../../shared/usecases/reading/quarantine.ts';
import { readArrivalRaw } from '../../shared/usecases/reading/read-arrival-raw.ts';

const corpus = process.env.LETTERLOCK_TEST_CORPUS ?? '../shared/corpus';
const isThere = existsSync(corpus);
/** Small, so that most attachments of the corpus are cut out of their mail. */
const SINGLE_INSTANCE_BYTES = 200;
/** Thousands of files, on a slow machine. */
const TIMEOUT_MS = 300_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let dataDir: string;
let stores: Awaited<ReturnType<typeof openStores>>;
let facts: ArrivalFacts;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterlock-corpus-'));
  stores = await openStores(dataDir, silent);
  const configuration = createConfigurationContext(stores.ports, { journalDomain: 'journal.test' });
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'corpus' });
  const filing = { ports: stores.ports, directory: bookDirectory(configuration), journalDomain: 'journal.test' };
  startWorkers(stores.ports, stores.queue, { ...filing, singleInstanceBytes: SINGLE_INSTANCE_BYTES });
  facts = {
    receivedAt: new Date().toISOString(),
    source: { kind: 'journal', endpointIds: [endpointId] },
    envelope: { mailFrom: '', rcptTo: [`${localPart}@journal.test`] },
  };
});

afterAll(async () => {
  await stores.queue.close();
  await stores.close();
  await rm(dataDir, { recursive: true });
});

test('the folder of real mail is there where it has to be', () => {
  expect(isThere || !process.env.CI).toBe(true);
});

describe.runIf(isThere)('every file of the corpus', () => {
  test.each(['mime', 'journal'])(
    '%s: is archived, or in quarantine where it is no mail, and comes back byte for byte',
    async (folder) => {
      const { ports, queue } = stores;
      const files = (await readdir(join(corpus, folder), { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      );
      const sent = new Map<string, string>();
      for (const entry of files) {
        const path = join(entry.parentPath, entry.name);
        sent.set((await acceptArrival(ports, facts, await readFile(path))).intakeKey, path);
      }
      await queue.drain();
      for (const [intakeKey, path] of sent) {
        const raw = await readFile(path);
        const arrivalId = arrivalIdOf(intakeKey);
        const item = await ports.tables.get('messages', ledgerKeyOf(arrivalId, facts));
        const entry = item && typed<LedgerEntry>(item).data;
        const isMail = readOriginal(raw) !== undefined;
        expect([path, entry?.outcome === 'quarantined']).toEqual([path, !isMail]);
        const stored = entry?.archiveId
          ? await readArrivalRaw(ports, entry.archiveId, arrivalId)
          : await readQuarantined(ports, quarantineIdOf(facts.receivedAt, arrivalId));
        expect([path, raw.equals(stored)]).toEqual([path, true]);
      }
    },
    TIMEOUT_MS,
  );
});
