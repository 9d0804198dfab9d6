import { beforeEach, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../../../../shared/ports/object-store.ts';
import type { Tables } from '../../../../../shared/ports/tables.ts';
import { purgeMessage } from '../../../../../shared/usecases/purge-message.ts';
import type { IndexPorts } from '../../../../../shared/usecases/search/index/index-ports.ts';
import { indexUnit } from '../../../../../shared/usecases/search/index/index-unit-run.ts';
import { filesOf } from '../../../../../shared/usecases/search/index/segment-files.ts';
import { type IndexWorld, indexWorld, letter } from './index-world.ts';

const HOUR_MS = 3_600_000;

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld();
});

/** Ports of a process that dies at its write with that number, before it or right after it; counts the writes. */
function dying(at: number, when: 'before' | 'after') {
  let writes = 0;
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes > at || (writes === at && when === 'before')) throw new Error('died');
    const answer = await work();
    if (writes === at) throw new Error('died');
    return answer;
  };
  const { derived, tables } = world.ports;
  const objects: ObjectStore = {
    ...derived,
    put: (...call) => write(() => derived.put(...call)),
    delete: (...call) => write(() => derived.delete(...call)),
  };
  const items: Tables = {
    ...tables,
    put: (...call) => write(() => tables.put(...call)),
    putIfAbsent: (...call) => write(() => tables.putIfAbsent(...call)),
    batchPut: (...call) => write(() => tables.batchPut(...call)),
    deleteIfVersion: (...call) => write(() => tables.deleteIfVersion(...call)),
  };
  const given: Partial<IndexPorts> = { derived: objects, tables: items };
  return { given, writes: () => writes };
}

/** Every file that the manifest names is there. */
async function checkFiles(unit: IndexWorld['ann']): Promise<void> {
  const { segments } = await world.manifestOf(unit);
  for (const key of segments.flatMap((segment) => filesOf(unit, segment))) {
    expect(await world.ports.derived.head(key), key).toBeDefined();
  }
}

/** Enough small segments for a merge, then one that moves, one that goes, one that comes. */
async function prepared(): Promise<void> {
  for (let number = 10; number < 19; number += 1) {
    await world.file(letter(number));
    await indexUnit(world.contextOn(), world.bob);
  }
  const [one, two] = await world.found(world.bob);
  const { mailboxId } = world.bob;
  await world.changeFilings({ archiveId: one?.archiveId ?? '', mailboxId }, { folder: 'Done' });
  await world.changeFilings({ archiveId: two?.archiveId ?? '', mailboxId }, { removedAt: 'now' });
  await world.file(letter(20));
}

describe.each(['before', 'after'] as const)('a run that dies %s its nth write', (when) => {
  test('is made up for by the next, whatever n', async () => {
    await prepared();
    const tables = world.ports.tables.snapshot();
    const derived = world.ports.derived.snapshot();
    const whole = dying(Number.POSITIVE_INFINITY, when);
    await indexUnit(world.contextOn(whole.given), world.bob);
    const expected = await world.found(world.bob);
    expect(expected.map(({ folders }) => folders[0])).toEqual(['Done', ...Array(8).fill('Inbox')]);
    expect((await world.manifestOf(world.bob)).segments).toHaveLength(1);
    const steps = whole.writes();
    expect(steps).toBeGreaterThan(8);
    for (let n = 1; n <= steps; n += 1) {
      world.ports.tables.restore(tables);
      world.ports.derived.restore(derived);
      await expect(indexUnit(world.contextOn(dying(n, when).given), world.bob), `write ${n}`).rejects.toThrow('died');
      await checkFiles(world.bob);
      await indexUnit(world.contextOn(), world.bob);
      expect(await world.found(world.bob), `write ${n}`).toEqual(expected);
      expect(await world.pending(world.bob), `write ${n}`).toBe(0);
      await checkFiles(world.bob);
    }
  });
});

test('a tidying that dies at any write is made up for by the next', async () => {
  await world.file(letter(1), letter(2), letter(3), letter(4), letter(5));
  await indexUnit(world.contextOn(), world.bob);
  const [one] = await world.found(world.bob);
  const [old] = (await world.manifestOf(world.bob)).segments;
  expect(await purgeMessage(world.ports, one?.archiveId ?? '', async () => true)).toBe(true);
  await indexUnit(world.contextOn(), world.bob);
  const tidy = (given: Partial<IndexPorts> = {}) => indexUnit(world.contextOn(given), world.bob, { isTidying: true });
  const whole = dying(Number.POSITIVE_INFINITY, 'before');
  world.clock.advance(2 * HOUR_MS);
  const tables = world.ports.tables.snapshot();
  const derived = world.ports.derived.snapshot();
  await tidy(whole.given);
  expect(whole.writes()).toBeGreaterThan(4);
  for (let n = 1; n <= whole.writes(); n += 1) {
    world.ports.tables.restore(tables);
    world.ports.derived.restore(derived);
    await expect(tidy(dying(n, 'before').given), `write ${n}`).rejects.toThrow('died');
    await checkFiles(world.bob);
    for (let hours = 0; hours < 4; hours += 2) {
      await tidy();
      world.clock.advance(2 * HOUR_MS);
    }
    await tidy();
    expect(await world.found(world.bob), `write ${n}`).toHaveLength(4);
    await checkFiles(world.bob);
    const left: string[] = [];
    for await (const { key } of world.ports.derived.list('segments/data/')) left.push(key);
    expect(
      left.filter((key) => key.includes(old?.segmentId ?? '')),
      `write ${n}`,
    ).toEqual([]);
    expect(left, `write ${n}`).toHaveLength(2);
  }
});

describe('two runs of a unit at once', () => {
  test('index every message once', async () => {
    for (let round = 0; round < 12; round += 1) {
      await world.file(letter(2 * round), letter(2 * round + 1));
      const contexts = [world.contextOn(), world.contextOn(), world.contextOn()];
      await Promise.all(contexts.map((context) => indexUnit(context, world.bob)));
      expect(await world.found(world.bob)).toHaveLength(2 * round + 2);
      await checkFiles(world.bob);
    }
    expect(await world.pending(world.bob)).toBe(0);
  });

  test('leave a message as the later of them saw it', async () => {
    await world.file(letter(1));
    await indexUnit(world.contextOn(), world.bob);
    const [one] = await world.found(world.bob);
    const place = { archiveId: one?.archiveId ?? '', mailboxId: world.bob.mailboxId };
    await world.changeFilings(place, { folder: 'Done' });
    const { derived } = world.ports;
    let isFirst = true;
    const put: ObjectStore['put'] = async (key, ...rest) => {
      if (isFirst && key.endsWith('.json')) {
        isFirst = false;
        // Another removes it while this one, which saw it moved, is about to commit.
        await world.changeFilings(place, { removedAt: 'now' });
        await indexUnit(world.contextOn(), world.bob);
      }
      return await derived.put(key, ...rest);
    };
    await indexUnit(world.contextOn({ derived: { ...derived, put } }), world.bob);
    expect(isFirst).toBe(false);
    expect(await world.found(world.bob)).toEqual([]);
    expect(await world.pending(world.bob)).toBe(0);
  });
});

test('a run that saw a message before it was purged does not bring it back behind one that saw it purged', async () => {
  await world.file(letter(1));
  const { derived } = world.ports;
  let isFirst = true;
  const put: ObjectStore['put'] = async (key, ...rest) => {
    if (isFirst && key.endsWith('.json')) {
      isFirst = false;
      const filed = await world.ports.tables.scan('messages', { limit: 1_000 });
      const archiveId = filed.items.find(({ sk }) => sk === 'record')?.pk.slice('message#'.length) ?? '';
      expect(await purgeMessage(world.ports, archiveId, async () => true)).toBe(true);
      await indexUnit(world.contextOn(), world.bob);
    }
    return await derived.put(key, ...rest);
  };
  await indexUnit(world.contextOn({ derived: { ...derived, put } }), world.bob);
  expect(isFirst).toBe(false);
  expect(await world.found(world.bob)).toEqual([]);
});

test('a commit whose answer was lost, and which the store then says another made, is found done', async () => {
  await world.file(letter(1));
  const { derived } = world.ports;
  let isFirst = true;
  const put: ObjectStore['put'] = async (key, ...rest) => {
    const answer = await derived.put(key, ...rest);
    if (!isFirst || !key.endsWith('.json')) return answer;
    isFirst = false;
    return { outcome: 'exists' };
  };
  await indexUnit(world.contextOn({ derived: { ...derived, put } }), world.bob);
  expect(await world.found(world.bob)).toHaveLength(1);
  await checkFiles(world.bob);
  expect((await world.manifestOf(world.bob)).segments).toHaveLength(1);
});
