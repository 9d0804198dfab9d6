import { beforeEach, describe, expect, test } from 'vitest';
import { ForbiddenError, LegalHoldError, NotFoundError, UnderRetentionError } from '../../../../shared/errors.ts';
import { deleteQuarantined } from '../../../../shared/usecases/deletion/delete-quarantined.ts';
import { doQuarantineWork } from '../../../../shared/usecases/deletion/purge-quarantined-work.ts';
import { queueDuePurges } from '../../../../shared/usecases/deletion/purge-work.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { quarantineArrival } from '../../../../shared/usecases/filing/quarantine-arrival.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { listQuarantine, readQuarantined } from '../../../../shared/usecases/reading/quarantine.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type DeletionWorld, deletionWorld } from './deletion-world.ts';

const DAY_MS = 24 * 60 * 60_000;
const TERMS = { priority: 0, conditions: {}, countedFrom: 'archived' } as const;

let world: DeletionWorld;
let id: string;
let key: string;
beforeEach(async () => {
  world = await deletionWorld();
  const { ports, endpoint } = world;
  const facts = {
    receivedAt: ports.clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: [endpoint.endpointId] },
    envelope: { mailFrom: '', rcptTo: [] },
  } as const;
  await quarantineArrival(ports, { arrivalId: 'a1b2', facts, raw: Buffer.from('???') }, 'not_a_message');
  const [waiting] = (await listQuarantine(ports, { limit: 10 })).items;
  id = waiting?.id ?? '';
  key = waiting?.key ?? '';
});

const later = (days: number) => world.ports.clock.advance(days * DAY_MS);
const remove = () => deleteQuarantined({ ...world.context, settings: world.configuration.deletion }, id, 'admin');
const work = () => doQuarantineWork(world.context, id);
const isThere = async () => {
  const listed = (await listQuarantine(world.ports, { limit: 10 })).items.length > 0;
  return listed && (await world.ports.archive.head(key)) !== undefined;
};
const events = async () => {
  const { items } = await world.ports.tables.scan('activity', { limit: 1_000 });
  const purges = items.map(({ data }) => data).filter(({ action }) => action === 'deletion.purge');
  return [...new Map(purges.map((event) => [event.eventId, event])).values()];
};
const minimum = (days: number, conditions: Parameters<typeof createPolicy>[1]['conditions'] = {}) =>
  createPolicy(world.ports, { ...TERMS, name: `min ${days}`, minimum: { days }, conditions });

test('an administrator deletes input in quarantine: bytes, list and audit, and nothing else runs it', async () => {
  await remove();
  expect(world.sent.at(-1)).toEqual({ queue: 'purges', body: JSON.stringify({ archiveIds: [id] }) });
  expect(await isThere()).toBe(true);
  expect(await work()).toBe('purged');
  await expect(readQuarantined(world.ports, id)).rejects.toThrow(NotFoundError);
  expect(await world.ports.archive.head(key)).toBeUndefined();
  expect(await events()).toMatchObject([
    { outcome: 'done', actor: { userName: 'admin' }, object: { kind: 'quarantine', id }, detail: { cause: 'person' } },
  ]);
  expect(await work()).toBeUndefined();
  await expect(remove()).rejects.toThrow(NotFoundError);
});

describe('it is refused, and nothing is planned', () => {
  test('while a legal hold covers its period', async () => {
    const { holdId } = await world.hold({ query: 'whatever' });
    const error = await remove().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LegalHoldError);
    expect(error).toMatchObject({ holds: [{ holdId, name: 'case' }] });
    await releaseHold({ ports: world.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
    await remove();
    expect(await work()).toBe('purged');
  });

  test.each([
    ['all mail', {}],
    ['mail of somebody, whose it may be', { recipients: ['b@x.test'] }],
    ['mail that somebody sent, who may be its sender', { senders: ['a@x.test'] }],
  ])('until the minimum of %s is over, to the second', async (_of, conditions) => {
    await minimum(10, conditions);
    await minimum(20, conditions);
    const error = await remove().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'under_retention', details: { until: '2026-03-22T00:00:00.000Z' } });
    world.ports.clock.advance(Date.parse('2026-03-21T23:59:59.999Z') - world.ports.clock.now().getTime());
    await expect(remove()).rejects.toThrow(UnderRetentionError);
    world.ports.clock.advance(1);
    await remove();
    expect(await work()).toBe('purged');
  });

  test('not for a minimum of other endpoints, or of mail that was fetched', async () => {
    const other = await createEndpoint(world.configuration, { name: 'other' });
    await minimum(10, { endpoints: [other.endpointId] });
    await minimum(10, { sources: ['fetch'] });
    await remove();
    expect(await work()).toBe('purged');
  });

  test('while storage has locked it, whatever policies say by now', async () => {
    const until = new Date(world.ports.clock.now().getTime() + 3 * DAY_MS);
    await world.ports.archive.retain(key, (await world.ports.archive.head(key))?.versionId ?? '', until);
    await expect(remove()).rejects.toMatchObject({ details: { until: until.toISOString(), policies: [] } });
    later(4);
    await remove();
    expect(await work()).toBe('purged');
  });

  test('while storage has a legal hold on it', async () => {
    const versionId = (await world.ports.archive.head(key))?.versionId ?? '';
    await world.ports.archive.setLegalHold(key, versionId, true);
    await expect(remove()).rejects.toThrow(LegalHoldError);
  });

  test('while deletion is switched off', async () => {
    await world.configuration.deletion.change({ allowed: false });
    await expect(remove()).rejects.toThrow(ForbiddenError);
    expect(await isThere()).toBe(true);
  });
});

describe('whoever deletes it decides anew', () => {
  test.each([
    ['a hold', () => world.hold(), 'legal_hold'],
    ['a minimum', () => minimum(10), 'under_retention'],
  ])('%s that came since keeps it; that is audited, and it has to be asked for again', async (_what, come, outcome) => {
    await remove();
    await come();
    expect(await work()).toBe(outcome);
    expect(await isThere()).toBe(true);
    expect(await events()).toMatchObject([{ outcome: 'denied', code: outcome }]);
    expect(await work()).toBeUndefined();
  });

  test('one that died on its way is queued again, and the bytes go', async () => {
    await remove();
    const dying = {
      ...world.context,
      ports: {
        ...world.ports,
        archive: { ...world.ports.archive, listVersions: () => assertNever() },
      },
    };
    await expect(doQuarantineWork(dying, id)).rejects.toThrow('died');
    expect((await listQuarantine(world.ports, { limit: 10 })).items).toEqual([]);
    later(1);
    world.sent.length = 0;
    await queueDuePurges(world.ports);
    expect(world.sent).toEqual([{ queue: 'purges', body: JSON.stringify({ archiveIds: [id] }) }]);
    expect(await work()).toBe('purged');
    expect(await world.ports.archive.head(key)).toBeUndefined();
    expect(await events()).toMatchObject([{ outcome: 'done', object: { id } }]);
  });

  test('bytes that were locked by somebody else at the last moment go once the lock is over', async () => {
    await remove();
    const versionId = (await world.ports.archive.head(key))?.versionId ?? '';
    const { archive } = world.ports;
    const lockingLate = {
      ...world.context,
      ports: {
        ...world.ports,
        archive: {
          ...archive,
          deleteVersion: async () => {
            await archive.setLegalHold(key, versionId, true);
            await archive.deleteVersion(key, versionId);
          },
        },
      },
    };
    expect(await doQuarantineWork(lockingLate, id)).toBe('bytes_locked');
    expect(await work()).toBe('bytes_locked');
    await archive.setLegalHold(key, versionId, false);
    later(2);
    world.sent.length = 0;
    await queueDuePurges(world.ports);
    expect(world.sent).toHaveLength(1);
    expect(await work()).toBe('purged');
    expect(await archive.head(key)).toBeUndefined();
    expect(await events()).toHaveLength(1);
  });
});

function assertNever(): never {
  throw new Error('died');
}
