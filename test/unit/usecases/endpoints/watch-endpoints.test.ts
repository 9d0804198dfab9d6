import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryEvents } from '../../../../shared/adapters/memory/memory-events.ts';
import type { VolumeProfile } from '../../../../shared/domain/endpoint-volume.ts';
import { StorageError } from '../../../../shared/errors.ts';
import type { Events } from '../../../../shared/ports/events.ts';
import type { Tables } from '../../../../shared/ports/tables.ts';
import { deleteEndpoint } from '../../../../shared/usecases/endpoints/change-endpoint.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { endpointActivity } from '../../../../shared/usecases/endpoints/endpoint-activity.ts';
import { watchEndpoints } from '../../../../shared/usecases/endpoints/watch-endpoints.ts';
import type { FiledArrival } from '../../../../shared/usecases/filing/file-arrival.ts';
import { ledgerItems } from '../../../../shared/usecases/filing/ledger.ts';
import { volumeCountItems } from '../../../../shared/usecases/filing/volume-counts.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { volumeProfileKey } from '../../../../shared/usecases/message-keys.ts';
import { createWorld, type World } from '../configuration-world.ts';

const HOUR_MS = 3_600_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let world: World;
let events: ReturnType<typeof createMemoryEvents>;

beforeEach(() => {
  world = createWorld();
  world.clock.set(new Date('2026-03-02T00:10:00.000Z'));
  events = createMemoryEvents();
});

interface Faults {
  readonly tables?: Partial<Tables>;
  readonly events?: Events;
}

const watch = (faults: Faults = {}) =>
  watchEndpoints(
    { ...world.ports, events, logs: silent, ...faults, tables: { ...world.ports.tables, ...faults.tables } },
    HOUR_MS,
  );
const endpoint = async () => (await createEndpoint(world.configuration, { name: 'journal' })).endpointId;
const told = () => events.published.map(({ type }) => type);

async function profileOf(endpointId: string): Promise<VolumeProfile | undefined> {
  const item = await world.ports.tables.get('messages', volumeProfileKey(endpointId));
  return item && typed<VolumeProfile>(item).data;
}

/** What filing writes of a batch of arrivals. */
async function arrive(endpointId: string, count: number, outcome: 'archived' | 'quarantined' = 'archived') {
  const receivedAt = world.clock.now().toISOString();
  const facts = {
    receivedAt,
    source: { kind: 'journal', endpointIds: [endpointId] },
    envelope: { mailFrom: '', rcptTo: [] },
  } as const;
  const batch = Array.from({ length: count }, (_, i): FiledArrival => {
    const ledger = ledgerItems(`${i}`.padStart(32, '0'), facts, { outcome, contentHash: '', sizeBytes: 1 });
    return { outcome, ledger, logEntries: [] };
  });
  await world.ports.tables.batchPut('messages', volumeCountItems(world.ports, batch));
}

/** Hours with a batch of so many messages in each and a run of the watch at its end. */
async function hours(count: number, endpointIds: readonly string[], messages = 50): Promise<void> {
  for (let i = 0; i < count; i++) {
    world.clock.advance(20 * 60_000);
    for (const endpointId of endpointIds) if (messages > 0) await arrive(endpointId, messages);
    world.clock.advance(40 * 60_000);
    await watch();
  }
}

/** Four weeks with 50 messages an hour. */
async function learnt(): Promise<string> {
  const endpointId = await endpoint();
  await watch();
  await hours(4 * 168, [endpointId]);
  expect(told()).toEqual([]);
  return endpointId;
}

describe('watchEndpoints', () => {
  test('tells a silence once, again after a day, and when it is over', async () => {
    const endpointId = await learnt();
    const lastArrivalAt = (await endpointActivity(world.ports, endpointId)).lastArrivalAt;
    const silentSince = new Date(world.clock.now().getTime() - 10 * 60_000).toISOString();
    await hours(3, [endpointId], 0);
    expect(events.published).toEqual([
      {
        type: 'endpointSilent',
        at: world.clock.now(),
        // The hours before it could be told have been learnt already.
        detail: { endpointId, silentSince, lastArrivalAt, received: 0, usual: 38 },
      },
    ]);
    expect(await endpointActivity(world.ports, endpointId)).toEqual({ lastArrivalAt, silentSince });
    await hours(23, [endpointId], 0);
    expect(told()).toHaveLength(1);
    await hours(1, [endpointId], 0);
    expect(told()).toEqual(['endpointSilent', 'endpointSilent']);
    await hours(1, [endpointId]);
    expect(events.published.at(-1)).toMatchObject({ type: 'endpointHeardAgain', detail: { endpointId, silentSince } });
    expect(await endpointActivity(world.ports, endpointId)).not.toHaveProperty('silentSince');
    await hours(30, [endpointId]);
    expect(told()).toHaveLength(3);
  });

  test('tells when more goes to quarantine than usual', async () => {
    const endpointId = await learnt();
    await arrive(endpointId, 100, 'quarantined');
    await hours(1, [endpointId]);
    expect(events.published).toMatchObject([
      {
        type: 'endpointQuarantineRising',
        detail: { endpointId, received: 400, quarantined: 100, usualPercent: 0 },
      },
    ]);
    await hours(20, [endpointId]);
    expect(told()).toHaveLength(1);
  });

  test('learns each hour once, however often it runs and also twice at once', async () => {
    const endpointId = await endpoint();
    await watch();
    await hours(5, [endpointId]);
    const before = await profileOf(endpointId);
    expect(before?.recentCounts).toEqual([50, 50, 50]);
    expect(await watch()).toEqual({ endpoints: 1, hours: 0, events: 0 });
    expect(await profileOf(endpointId)).toEqual(before);
    world.clock.advance(HOUR_MS);
    await Promise.all([watch(), watch(), watch()]);
    expect((await profileOf(endpointId))?.recentCounts).toEqual([0, 50, 50, 50]);
  });

  test('counts a whole batch by the time of filing, in the hour it lies in', async () => {
    const endpointId = await endpoint();
    await watch();
    await hours(3, [endpointId], 0);
    world.clock.set(new Date('2026-03-02T03:59:59.999Z'));
    await arrive(endpointId, 3);
    world.clock.set(new Date('2026-03-02T04:00:00.000Z'));
    await watch();
    await arrive(endpointId, 4, 'quarantined');
    world.clock.set(new Date('2026-03-02T05:04:59.000Z'));
    await watch();
    expect((await profileOf(endpointId))?.recentCounts).toEqual([3, 0]);
    world.clock.set(new Date('2026-03-02T05:05:00.000Z'));
    await watch();
    expect(await profileOf(endpointId)).toMatchObject({ recentCounts: [4, 3, 0], recentQuarantined: [4, 0, 0] });
  });

  test('takes the hours in which it did not run neither for silence nor for usual', async () => {
    const endpointId = await learnt();
    const before = await profileOf(endpointId);
    world.clock.advance(30 * 24 * HOUR_MS);
    await watch();
    await hours(2, [endpointId], 0);
    const after = await profileOf(endpointId);
    expect(after?.means).toEqual(before?.means);
    expect(after?.recentCounts.every((count) => count === null)).toBe(true);
    await hours(2, [endpointId], 0);
    expect(told()).toEqual([]);
    await hours(1, [endpointId], 0);
    expect(told()).toEqual(['endpointSilent']);
  });

  test('forgives a run that comes late, and catches up after runs that failed', async () => {
    const endpointId = await endpoint();
    await watch();
    await hours(3, [endpointId]);
    world.clock.advance(85 * 60_000);
    await watch();
    const failing = { query: async () => Promise.reject(new StorageError('query')) };
    for (let i = 0; i < 5; i++) {
      world.clock.advance(HOUR_MS);
      await arrive(endpointId, 7);
      await expect(watch({ tables: failing })).rejects.toThrow(StorageError);
    }
    world.clock.advance(HOUR_MS);
    expect(await watch()).toMatchObject({ hours: 6 });
    expect((await profileOf(endpointId))?.recentCounts).toEqual([7, 7, 7, 7, 7, 0, 0, 50]);
  });

  test('sums up two days at most in one run, and goes on in the next', async () => {
    const endpointId = await endpoint();
    await watch();
    await hours(3, [endpointId]);
    const failing = { query: async () => Promise.reject(new StorageError('query')) };
    for (let i = 0; i < 60; i++) {
      world.clock.advance(HOUR_MS);
      await expect(watch({ tables: failing })).rejects.toThrow(StorageError);
    }
    expect(await watch()).toMatchObject({ hours: 48 });
    expect(await watch()).toMatchObject({ hours: 12 });
    expect(await watch()).toMatchObject({ hours: 0 });
  });

  test('goes on by what it has learnt where the clock was wrong for a while', async () => {
    const endpointId = await learnt();
    const right = world.clock.now();
    world.clock.set(new Date('2031-01-01T00:10:00.000Z'));
    await watch();
    await hours(4, [endpointId]);
    world.clock.set(right);
    await watch();
    await hours(3, [endpointId]);
    expect(told()).toEqual([]);
    await hours(3, [endpointId], 0);
    expect(told()).toEqual(['endpointSilent']);
  });

  test('lets one endpoint’s silence be its own, and looks at no deleted one', async () => {
    const endpointId = await learnt();
    const other = await endpoint();
    const deleted = await endpoint();
    await hours(2, [endpointId, other, deleted]);
    await deleteEndpoint(world.configuration, deleted);
    const before = await profileOf(deleted);
    expect(await watch()).toMatchObject({ endpoints: 2 });
    await hours(3, [other], 0);
    expect(await profileOf(deleted)).toEqual(before);
    expect(events.published).toMatchObject([{ detail: { endpointId } }]);
  });

  test('gives every endpoint its turn where one fails', async () => {
    const ids = [await endpoint(), await endpoint(), await endpoint()];
    await watch();
    await hours(3, ids);
    world.clock.advance(HOUR_MS);
    const { query } = world.ports.tables;
    const failing: Tables['query'] = async (table, pk, options) => {
      if (pk.endsWith(ids[1] ?? '')) throw new StorageError('query');
      return await query(table, pk, options);
    };
    await expect(watch({ tables: { query: failing } })).rejects.toThrow(StorageError);
    const learntHours = await Promise.all(ids.map(async (id) => (await profileOf(id))?.recentCounts.length));
    expect(learntHours).toEqual([2, 1, 2]);
  });

  test.each<[string, () => Faults, number]>([
    ['before its profile is written', () => ({ tables: dyingAtProfile('before') }), 2],
    ['after its profile was written', () => ({ tables: dyingAtProfile('after') }), 1],
    ['before the event is published', () => ({ events: dying() }), 1],
  ])('that dies %s loses no event', async (_when, faults, times) => {
    const endpointId = await learnt();
    await hours(2, [endpointId], 0);
    world.clock.advance(HOUR_MS);
    await expect(watch(faults())).rejects.toThrow('killed');
    await watch();
    await watch();
    expect(told()).toEqual(Array.from({ length: times }, () => 'endpointSilent'));
    await hours(5, [endpointId], 0);
    expect(told()).toHaveLength(times);
    expect((await profileOf(endpointId))?.recentCounts.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 50]);
  });

  function dyingAtProfile(when: 'before' | 'after'): Partial<Tables> {
    const { putIfVersion } = world.ports.tables;
    return {
      putIfVersion: async (table, item, expected) => {
        if (item.sk !== 'profile') return await putIfVersion(table, item, expected);
        if (when === 'after') await putIfVersion(table, item, expected);
        throw new Error('killed');
      },
    };
  }

  function dying(): Events {
    return { publish: async () => Promise.reject(new Error('killed')) };
  }
});

describe('volumeCountItems', () => {
  test('are one item per batch and endpoint, and vanish', async () => {
    const first = await endpoint();
    const second = await endpoint();
    await arrive(first, 1000);
    await arrive(second, 3, 'quarantined');
    const items = (await world.ports.tables.scan('messages', { limit: 100 })).items;
    expect(items.map(({ data }) => data)).toEqual([
      { count: 1000, quarantined: 0, lastReceivedAt: world.clock.now().toISOString() },
      { count: 3, quarantined: 3, lastReceivedAt: world.clock.now().toISOString() },
    ]);
    const inDays = (seconds = 0) => (seconds - world.clock.now().getTime() / 1000) / 86_400;
    expect(items.map(({ expiresAt }) => Math.round(inDays(expiresAt)))).toEqual([8, 8]);
  });

  test('leave out what was quarantined and is filed after all: it did not arrive again', () => {
    expect(volumeCountItems(world.ports, [{ outcome: 'archived', ledger: [], logEntries: [] }])).toEqual([]);
  });
});
