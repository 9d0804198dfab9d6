import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../../shared/domain/audit-event.ts';
import { StorageError } from '../../../../shared/errors.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { listAuditEvents } from '../../../../shared/usecases/audit/list-audit-events.ts';
import { ObjectAuditTrail } from '../../../../shared/usecases/audit/object-audit-trail.ts';
import { listLeftBatches, restoreAuditIndex } from '../../../../shared/usecases/audit/restore-audit-index.ts';
import { verifyTrail } from '../../../../shared/usecases/audit/verify-trail.ts';
import { type AuditWorld, createAuditWorld, keysBelow } from './audit-world.ts';

let world: AuditWorld;

beforeEach(() => {
  world = createAuditWorld();
});

const listed = async (filter = {}) => (await listAuditEvents(world.ports, filter, { limit: 200 })).items;
const idsOf = (events: readonly AuditEvent[]) => events.map(({ eventId }) => eventId).toSorted();

/** The archive as a store whose puts fail while `fails` says so, before or after they took effect. */
function unreliable(archive: ObjectStore, fails: () => 'before' | 'after' | undefined): ObjectStore {
  return {
    ...archive,
    put: async (...call) => {
      const when = fails();
      if (when === 'before') throw new StorageError('put');
      const result = await archive.put(...call);
      if (when === 'after') throw new StorageError('put');
      return result;
    },
  };
}

test('events of callers at the same time share an object', async () => {
  const trail = world.process();
  await Promise.all(Array.from({ length: 50 }, () => trail.append(world.event())));
  expect(await keysBelow(world, 'audit/2026')).toHaveLength(1);
  expect(await listed()).toHaveLength(50);
});

test('processes that write at the same time have a chain each, without a fault', async () => {
  const trails = Array.from({ length: 4 }, () => world.process());
  const events = Array.from({ length: 80 }, () => world.event());
  await Promise.all(events.map((event, i) => trails[i % trails.length]?.append(event)));
  expect(idsOf(await listed())).toEqual(idsOf(events));
  expect(await verifyTrail(world.ports)).toMatchObject({ chains: 4, events: 80, faults: 0 });
});

test('two processes under one name, as copies of a running one are, lose nothing and fork nothing', async () => {
  const entropy = { bytes: (count: number) => new Uint8Array(count) };
  const fresh = world.entropy;
  const copy = () => {
    let isFirst = true;
    return new ObjectAuditTrail({
      ...world.ports,
      entropy: {
        bytes: (count) => {
          const source = isFirst ? entropy : fresh;
          isFirst = false;
          return source.bytes(count);
        },
      },
    });
  };
  const [a, b] = [copy(), copy()];
  const events = Array.from({ length: 20 }, () => world.event());
  for (const [i, event] of events.entries()) await (i % 2 === 0 ? a : b).append(event);
  expect(idsOf(await listed())).toEqual(idsOf(events));
  expect(await verifyTrail(world.ports)).toMatchObject({ chains: 2, events: 20, faults: 0 });
});

test('a day has chains of its own', async () => {
  const trail = world.process();
  await trail.append(world.event());
  await world.clock.advance(24 * 3_600_000);
  await trail.append(world.event());
  expect((await keysBelow(world, 'audit/2026')).map((key) => key.slice(0, 14))).toEqual([
    'audit/20260301',
    'audit/20260302',
  ]);
  expect(await verifyTrail(world.ports)).toMatchObject({ faults: 0, events: 2 });
});

describe.each(['before', 'after'] as const)('where a put fails %s it took effect', (when) => {
  test('the caller hears of it, nothing begins before the event is durable, and it is there once', async () => {
    let fails: typeof when | undefined;
    const trail = new ObjectAuditTrail({ ...world.ports, archive: unreliable(world.archive, () => fails) });
    await trail.append(world.event());
    fails = when;
    const lost = world.event();
    await expect(trail.append(lost)).rejects.toThrow(StorageError);
    await expect(trail.ready()).rejects.toThrow(StorageError);
    fails = undefined;
    await trail.ready();
    expect(idsOf(await listed())).toContain(lost.eventId);
    await trail.append(world.event());
    expect(await verifyTrail(world.ports)).toMatchObject({ faults: 0, events: 3, chains: 1 });
  });
});

test('what a process made durable and did not list before it died is listed by the next', async () => {
  const trail = world.process();
  await trail.append(world.event());
  world.tables.batchPut = () => Promise.reject(new StorageError('death'));
  const left = world.event();
  await expect(trail.append(left)).rejects.toThrow(StorageError);
  const alive = { ...world.ports, tables: createAuditWorld().tables };
  for await (const item of allItems()) await alive.tables.put('activity', item);
  await listLeftBatches(alive, world.clock.now());
  const { items } = await listAuditEvents(alive, {}, { limit: 10 });
  expect(idsOf(items)).toContain(left.eventId);
});

test('a process that died between its first batch and the registration of its chain leaves a whole trail', async () => {
  const { put } = world.archive;
  const dying = world.process();
  world.archive.put = (key, ...rest) =>
    key.startsWith('audit/chains/') ? Promise.reject(new StorageError('death')) : put(key, ...rest);
  await expect(dying.append(world.event())).rejects.toThrow(StorageError);
  world.archive.put = put;
  expect(await verifyTrail(world.ports)).toMatchObject({ faults: 0, events: 1, chains: 1 });
  expect(await verifyTrail(world.ports)).toMatchObject({ faults: 0, events: 1, chains: 1 });
});

async function* allItems() {
  yield* (await world.tables.scan('activity', { limit: 1_000 })).items;
}

describe('a list of events', () => {
  test('is found anew from the bucket alone', async () => {
    const trail = world.process();
    for (let i = 0; i < 20; i++) await trail.append(world.event());
    const before = await listed();
    const { tables } = createAuditWorld();
    expect(await restoreAuditIndex({ ...world.ports, tables })).toBe(20);
    expect((await listAuditEvents({ tables }, {}, { limit: 200 })).items).toEqual(before);
  });

  test('goes by pages through every event once, newest first', async () => {
    const trail = world.process();
    for (let i = 0; i < 120; i++) {
      await world.clock.advance(1 + (i % 3));
      await trail.append(world.event({ action: i % 2 === 0 ? 'read.view' : 'users.change' }));
    }
    for (const filter of [
      {},
      { category: 'read' as const },
      { user: 'ANN' },
      { user: 'ann', category: 'users' as const },
    ]) {
      const all: AuditEvent[] = [];
      let cursor: string | undefined;
      do {
        const page = await listAuditEvents(
          world.ports,
          filter,
          cursor === undefined ? { limit: 7 } : { limit: 7, cursor },
        );
        all.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(new Set(idsOf(all)).size).toBe('category' in filter ? 60 : 120);
      expect(all).toHaveLength('category' in filter ? 60 : 120);
      expect(all.map(({ eventId }) => eventId)).toEqual(idsOf(all).toReversed());
    }
  });

  test('keeps to a period, a user, an object and a category', async () => {
    const trail = world.process();
    const early = world.event();
    await trail.append(early);
    await world.clock.advance(60_000);
    const noon = world.clock.now();
    const late = world.event({
      actor: { userName: 'Bob' },
      action: 'users.change',
      object: { kind: 'user', id: 'ann' },
    });
    await trail.append(late);
    expect(idsOf(await listed({ from: noon }))).toEqual([late.eventId]);
    expect(idsOf(await listed({ to: noon }))).toEqual([early.eventId]);
    expect(idsOf(await listed({ user: 'bob' }))).toEqual([late.eventId]);
    expect(idsOf(await listed({ object: 'ann' }))).toEqual([late.eventId]);
    expect(idsOf(await listed({ category: 'read' }))).toEqual([early.eventId]);
    expect(await listed({ object: 'ann', user: 'ann' })).toEqual([]);
  });
});
