import { describe, expect, test } from 'vitest';
import { indexLag } from '../../../../../shared/usecases/search/index/index-lag.ts';
import { type IndexUnit, unitName, unitNamed, unitOf } from '../../../../../shared/usecases/search/index/index-unit.ts';
import { markMessages } from '../../../../../shared/usecases/search/index/mark-messages.ts';
import { markItems, pendingMarks, pendingUnits } from '../../../../../shared/usecases/search/index/marks.ts';
import { createMemoryPorts } from '../../memory-ports.ts';

const unit = (mailboxId: string, part = 'all'): IndexUnit => ({ mailboxId, part });
const archiveId = (digit: string) => `1-${digit.repeat(64)}`;

async function pending(ports: ReturnType<typeof createMemoryPorts>) {
  const names: string[] = [];
  for await (const { unit: one } of pendingUnits(ports)) names.push(unitName(one));
  return names;
}

describe('the unit of a message', () => {
  test.each([
    { listShards: 1, archivedAt: '2026-03-31T23:59:59.999Z', part: 'all' },
    { listShards: 8, archivedAt: '2026-03-31T23:59:59.999Z', part: '2026-03.2' },
  ])('$part for a mailbox of $listShards lists', ({ listShards, archivedAt, part }) => {
    const found = unitOf({ mailboxId: 'mb-1', listShards }, { archiveId: archiveId('a'), archivedAt });
    expect(found).toEqual(unit('mb-1', part));
    expect(unitNamed(unitName(found))).toEqual(found);
  });

  test.each(['', '#', 'mb#2026', 'mb#2026-03', 'mb/../x', 'mb#2026-03#x'])('is not called %j', (name) => {
    expect(unitNamed(name)).toBeUndefined();
  });
});

describe('marks', () => {
  test('are read by their unit alone, oldest first', async () => {
    const ports = createMemoryPorts('marks');
    const of = async (one: IndexUnit, digit: string) => {
      await ports.tables.batchPut(
        'messages',
        markItems(ports, [{ unit: one, archiveIds: [archiveId(digit)] }], 'filed'),
      );
      ports.clock.advance(1_000);
    };
    await of(unit('mb-1'), 'a');
    await of(unit('mb-1', '2026-03.2'), 'b');
    await of(unit('mb-12'), 'c');
    await of(unit('mb-1'), 'd');
    const found: unknown[] = [];
    for await (const { mark } of pendingMarks(ports, unit('mb-1'))) found.push(mark);
    expect(found).toEqual([
      { cause: 'filed', archiveIds: [archiveId('a')] },
      { cause: 'filed', archiveIds: [archiveId('d')] },
    ]);
  });

  test('of many messages are several items, each far below what an item may have', () => {
    const ports = createMemoryPorts('marks');
    const archiveIds = Array.from({ length: 1_201 }, (_, n) => `1-${n.toString(16).padStart(64, '0')}`);
    const items = markItems(ports, [{ unit: unit('mb-1'), archiveIds }], 'changed');
    expect(items).toHaveLength(3);
    expect(new Set(items.map(({ sk }) => sk)).size).toBe(3);
    expect(items.flatMap(({ data }) => data.archiveIds)).toEqual(archiveIds);
  });

  test('show every unit that waits, once, however many marks it has, and for how long', async () => {
    const ports = createMemoryPorts('marks');
    const units = Array.from({ length: 60 }, (_, n) => unit(`mb-${n}`));
    for (const one of units) {
      const many = Array.from({ length: one.mailboxId === 'mb-7' ? 250 : 1 }, () => ({
        unit: one,
        archiveIds: ['1-a'],
      }));
      await ports.tables.batchPut('messages', markItems(ports, many, 'filed'));
    }
    expect((await pending(ports)).toSorted()).toEqual(units.map(unitName).toSorted());
    ports.clock.advance(90_000);
    expect(await indexLag(ports)).toEqual({ pendingUnits: 60, seconds: 90 });
  });

  test('that nobody put leave nothing to wait for', async () => {
    const ports = createMemoryPorts('marks');
    expect(await pending(ports)).toEqual([]);
    expect(await indexLag(ports)).toEqual({ pendingUnits: 0, seconds: 0 });
  });
});

test('a queue that fails does not undo what was marked', async () => {
  const ports = createMemoryPorts('marks');
  const queue = { send: async () => Promise.reject(new Error('down')) };
  const message = { archiveId: archiveId('a'), archivedAt: '2026-03-01T10:00:00.000Z', mailboxIds: ['mb-1', 'mb-2'] };
  await markMessages({ ...ports, queue }, [message, message]);
  expect((await pending(ports)).toSorted()).toEqual(['mb-1', 'mb-2']);
});
