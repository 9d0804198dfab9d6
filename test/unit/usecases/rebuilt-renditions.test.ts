import { expect, test } from 'vitest';
import { createMemoryTables } from '../../../shared/adapters/memory/memory-tables.ts';
import { parseArrivalKey } from '../../../shared/domain/archive-id.ts';
import { arrivalIdOf } from '../../../shared/usecases/arrival-id.ts';
import { ByteBudget } from '../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../shared/usecases/filing/file-batch.ts';
import { rebuildTables } from '../../../shared/usecases/maintenance/rebuild-tables.ts';
import { readArrivalRaw } from '../../../shared/usecases/reading/read-arrival-raw.ts';
import { nested, ORIGINAL, REPORT_TEXT, report } from '../mail/carrier-mail.ts';
import { createMemoryPorts } from './memory-ports.ts';

test('an arrival that shares the bytes of a rendition comes back byte for byte after a rebuild', async () => {
  const ports = createMemoryPorts('renditions');
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'all' });
  const directory = bookDirectory(configuration);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: 32_768 };
  const receivedAt = ports.clock.now().toISOString();
  const source = { kind: 'journal', endpointIds: [endpointId] } as const;
  const file = async (raw: string, minutes: number) => {
    const envelope = { mailFrom: '', rcptTo: [`${localPart}@journal.test`] };
    const nudge = await acceptArrival(ports, { receivedAt, source, envelope }, Buffer.from(raw));
    const filedAt = new Date(Date.parse(receivedAt) + minutes * 60_000);
    const late = { ...ports, clock: { now: () => filedAt } };
    expect(await fileBatch({ ...context, ports: late }, new ByteBudget(1), [nudge])).toEqual([]);
    return arrivalIdOf(nudge.intakeKey);
  };
  const other = nested(`Received: by mx.test; Sat, 21 Nov 2026 10:00:00 +0000\r\n${ORIGINAL}`);
  const toDora = report({ originals: [other], text: REPORT_TEXT.replace('carl', 'dora') });
  await file(ORIGINAL, 0);
  await file(toDora, 5);
  // By another clock it was filed before the one that brought the rendition.
  await file(report({ originals: [other] }), 2);
  const arrivalId = await file(toDora, 6);

  let archiveId = '';
  for await (const { key } of ports.archive.list('messages/')) archiveId = parseArrivalKey(key)?.archiveId ?? '';
  const read = async (tables: typeof ports.tables) =>
    Buffer.from(await readArrivalRaw({ ...ports, tables }, archiveId, arrivalId)).toString();
  expect(await read(ports.tables)).toBe(toDora);
  const rebuilt = createMemoryTables();
  await rebuildTables({ ...ports, tables: rebuilt }, directory);
  expect(await read(rebuilt)).toBe(toDora);
});
