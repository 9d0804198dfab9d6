import { expect, test } from 'vitest';
import { createMemoryTables } from '../../../shared/adapters/memory/memory-tables.ts';
import { arrivalKey } from '../../../shared/domain/archive-id.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger-entry.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { arrivalIdOf } from '../../../shared/usecases/arrival-id.ts';
import { ByteBudget } from '../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { fileArrival } from '../../../shared/usecases/filing/file-arrival.ts';
import { fileBatch } from '../../../shared/usecases/filing/file-batch.ts';
import { ledgerKeyOf } from '../../../shared/usecases/filing/ledger.ts';
import { typed } from '../../../shared/usecases/item-data.ts';
import { rebuildTables } from '../../../shared/usecases/maintenance/rebuild-tables.ts';
import { liveRecord } from '../../../shared/usecases/reading/stored-original.ts';
import { createMemoryPorts } from './memory-ports.ts';

const rendition = (hop: string) =>
  Buffer.from(
    `Received: by ${hop}.test\r\nFrom: a@x.test\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@x.test>\r\n\r\nbody\r\n`,
  );

async function createWorld() {
  const ports: Ports = createMemoryPorts('first');
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'all' });
  const directory = bookDirectory(configuration);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: 32_768 };
  const facts = {
    receivedAt: ports.clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: [endpointId] },
    envelope: { mailFrom: '', rcptTo: [`${localPart}@journal.test`] },
  } as const;
  const accept = (raw: Buffer) => acceptArrival(ports, facts, raw);
  const file = async (nudge: Awaited<ReturnType<typeof accept>>, tables = ports.tables) => {
    const within = { ...context, ports: { ...ports, tables } };
    const unfiled = await fileBatch(within, new ByteBudget(1_000_000), [nudge]);
    if (unfiled[0]) throw unfiled[0].error;
    const item = await tables.get('messages', ledgerKeyOf(arrivalIdOf(nudge.intakeKey), facts));
    if (!item) throw new Error('it is not in the ledger');
    return typed<LedgerEntry>(item).data;
  };
  return { ports, context, directory, facts, accept, file };
}

test('an arrival is filed also where the first one of its message is damaged', async () => {
  const { ports, accept, file } = await createWorld();
  const { archiveId = '', arrivalId } = await file(await accept(rendition('one')));
  await ports.archive.put(arrivalKey(archiveId, arrivalId), Buffer.from('damaged'));
  expect(await file(await accept(rendition('two')))).toMatchObject({ outcome: 'rendition', archiveId });
});

test('tables lost in a crash between the first arrival and its ledger entry come back with it as the first', async () => {
  const { ports, context, directory, facts, accept, file } = await createWorld();
  const raw = rendition('one');
  const one = await accept(raw);
  const reading = await ports.reader.readArrival(raw, context);
  if (!reading) throw new Error('unreadable');
  const arrivalId = arrivalIdOf(one.intakeKey);
  await fileArrival(context, { arrivalId, facts, raw, ...reading });
  const { archiveId = '' } = await file(await accept(rendition('two')));
  const tables = createMemoryTables();
  await rebuildTables({ ...ports, tables }, directory);
  expect((await liveRecord({ tables }, archiveId)).first.arrivalId).toBe(arrivalId);
  expect(await file(await accept(rendition('three')), tables)).toMatchObject({ outcome: 'rendition', archiveId });
  expect(await file(one, tables)).toMatchObject({ outcome: 'archived', archiveId });
});
