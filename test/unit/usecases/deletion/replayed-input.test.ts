import { beforeEach, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import type { FilingContext } from '../../../../shared/usecases/filing/filing-context.ts';
import { replayQuarantined } from '../../../../shared/usecases/filing/replay-quarantined.ts';
import { settleDeadLetter } from '../../../../shared/usecases/filing/settle-dead-letter.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { listQuarantine } from '../../../../shared/usecases/reading/quarantine.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type DeletionWorld, deletionWorld } from './deletion-world.ts';

const DAY_MS = 24 * 60 * 60_000;
const MAIL = 'From: b@y.test\r\nTo: a@x.test\r\nMessage-ID: <m@y.test>\r\nSubject: s\r\n\r\nbody\r\n';

let world: DeletionWorld;
let filing: FilingContext;

beforeEach(async () => {
  world = await deletionWorld();
  const { ports, directory } = world;
  filing = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: 64 };
});

/** Mail that killed a process, and went to quarantine; answers the id that it has there. */
async function quarantined(): Promise<string> {
  const { ports, endpoint } = world;
  await ports.intake.put('incoming/ses/1', Buffer.from(MAIL));
  const envelope = { mailFrom: '', rcptTo: [`${endpoint.localPart}@journal.test`] };
  const told = { receivedAt: ports.clock.now().toISOString(), envelope };
  await settleDeadLetter(filing, new ByteBudget(1_000), { intakeKey: 'incoming/ses/1', told }, { hasKilled: true });
  const [input] = (await listQuarantine(ports, { limit: 1 })).items;
  return input?.id ?? '';
}

async function expireAfter(days: number): Promise<void> {
  const policy = { name: 'm', priority: 0, conditions: {}, countedFrom: 'archived', maximum: { days } } as const;
  await createPolicy(world.ports, policy);
}

async function inputs(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of world.ports.archive.list('quarantine/')) keys.push(key);
  return keys;
}

test('what a message was replayed from goes with it', async () => {
  const id = await quarantined();
  const { outcome, archiveId = '' } = await replayQuarantined(filing, id);
  expect(outcome).toBe('archived');
  await expireAfter(1);
  world.ports.clock.advance(3 * DAY_MS);
  expect(await inputs()).toHaveLength(1);
  await world.retention();
  expect(await world.archiveIds('purged')).toEqual([archiveId]);
  expect(await inputs()).toEqual([]);
  await expect(replayQuarantined(filing, id)).rejects.toThrow(id);
});

test('also after the tables were rebuilt, and once a lock of the storage ends', async () => {
  await replayQuarantined(filing, await quarantined());
  const tables = createMemoryTables();
  await rebuildTables({ ...world.ports, tables }, world.directory);
  Object.assign(world.ports.tables, tables);
  await expireAfter(1);
  const [key = ''] = await inputs();
  const { versionId = '' } = (await world.ports.archive.head(key)) ?? {};
  await world.ports.archive.retain(key, versionId, new Date(world.ports.clock.now().getTime() + 9 * DAY_MS));
  world.ports.clock.advance(3 * DAY_MS);
  expect((await world.retention()).details).toMatchObject({ purged: 1, bytesLocked: 1 });
  expect(await inputs()).toEqual([key]);
  world.ports.clock.advance(9 * DAY_MS);
  await world.sweep();
  expect(await inputs()).toEqual([]);
});

test('input whose message was purged under another way in is not filed again, and stays for people to delete', async () => {
  const id = await quarantined();
  const before = await world.ports.tables.get('activity', { pk: 'quarantine', sk: id });
  await replayQuarantined(filing, id);
  await expireAfter(0);
  world.ports.clock.advance(DAY_MS);
  const [key = ''] = await inputs();
  const bytes = (await world.ports.archive.get(key))?.body ?? new Uint8Array();
  await world.retention();
  // As if the purge had not known of it.
  await world.ports.archive.put(key, bytes);
  if (before) await world.ports.tables.put('activity', before);
  expect(await replayQuarantined(filing, id)).toEqual({ outcome: 'excluded', reason: 'purged' });
  expect((await listQuarantine(world.ports, { limit: 9 })).items).toHaveLength(1);
});
