import { expect, test } from 'vitest';
import { newProfile } from '../../../shared/domain/endpoint-volume.ts';
import { dataOf } from '../../../shared/usecases/item-data.ts';
import { volumeCountKey, volumeProfileKey } from '../../../shared/usecases/message-keys.ts';
import { createApiWorld } from './api-world.ts';

async function worldWithEndpoint() {
  const world = await createApiWorld();
  const { admin: token, call } = world;
  const { endpointId } = (await call('POST', '/journal-endpoints', { token, body: { name: 'Journal' } })).json;
  const path = `/journal-endpoints/${endpointId}`;
  const shown = async () => (await call('GET', path, { token })).json;
  const count = (filedAt: string, lastReceivedAt: string) =>
    world.ports.tables.put('messages', {
      ...volumeCountKey(String(endpointId), filedAt, 'ab'),
      version: 1,
      data: { count: 1, quarantined: 0, lastReceivedAt },
    });
  const profile = (change: object) =>
    world.ports.tables.put('messages', {
      ...volumeProfileKey(String(endpointId)),
      version: 1,
      data: dataOf({ ...newProfile(0), ...change }),
    });
  return { ...world, token, path, shown, count, profile };
}

test('an endpoint shows when its last mail came, at once and long after it was counted', async () => {
  const { shown, count, profile } = await worldWithEndpoint();
  expect(await shown()).not.toHaveProperty('lastArrivalAt');
  await count('2026-03-01T10:00:01.000Z', '2026-03-01T10:00:00.000Z');
  await count('2026-03-01T11:00:01.000Z', '2026-03-01T11:00:00.000Z');
  expect(await shown()).toMatchObject({ lastArrivalAt: '2026-03-01T11:00:00.000Z' });
  await profile({ lastArrivalAt: '2026-03-01T12:00:00.000Z' });
  expect(await shown()).toMatchObject({ lastArrivalAt: '2026-03-01T12:00:00.000Z' });
});

test('an endpoint shows since when it is silent, in the list and after a change too', async () => {
  const { call, token, path, profile } = await worldWithEndpoint();
  const silentSince = '2026-03-01T09:00:00.000Z';
  await profile({ silence: { since: silentSince } });
  expect((await call('GET', '/journal-endpoints', { token })).json.items).toMatchObject([{ silentSince }]);
  expect((await call('PATCH', path, { token, body: { name: 'Other' } })).json).toMatchObject({ silentSince });
  expect((await call('POST', `${path}/rotate`, { token })).json).toMatchObject({ silentSince });
  await profile({});
  expect((await call('GET', path, { token })).json).not.toHaveProperty('silentSince');
});
