import { beforeEach, describe, expect, test } from 'vitest';
import type { Quarantined } from '../../../shared/domain/quarantined.ts';
import { dataOf } from '../../../shared/usecases/item-data.ts';
import { quarantineItemKey, requestedQuarantineKey } from '../../../shared/usecases/message-keys.ts';
import { changeRequest, findRequest } from '../../../shared/usecases/requests/request-book.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';

const NO_MESSAGES = { messages: 0, bytes: 0, free: 0, legalHold: 0, underRetention: 0, objectLocked: 0, undecided: 0 };

let api: ApiWorld;
beforeEach(async () => {
  api = await createApiWorld();
});

const get = async (path: string, token = api.admin) => await api.call('GET', path, { token });
const idsIn = async (path: string) => (await get(path)).json.items?.map(({ id }) => id);

/** A request that found this in quarantine; answers its path. */
async function requestThatFound(kind: string, ...ids: readonly string[]): Promise<string> {
  const body = { name: 'Ann', reason: 'she asked for it', scope: { query: 'ann' } };
  const requestId = String((await api.call('POST', kind, { token: api.admin, body })).json.requestId);
  const foundAt = api.clock.now().toISOString();
  const found = { foundAt, ...NO_MESSAGES, quarantined: ids.length };
  await changeRequest(api.ports, await findRequest(api.ports, requestId), { state: 'found', found });
  for (const id of ids) {
    await waits(id);
    const key = requestedQuarantineKey(requestId, id);
    await api.ports.tables.put('activity', { ...key, version: 1, data: { foundAt } });
  }
  return `${kind}/${requestId}`;
}

async function waits(id: string, more: Partial<Quarantined> = {}): Promise<void> {
  const quarantined: Quarantined = {
    id,
    arrivalId: 'a-1',
    reason: 'not_a_message',
    key: `quarantine/x/${id}`,
    sizeBytes: 9,
    receivedAt: '2026-02-01T10:00:00.000Z',
    source: { kind: 'journal', endpointIds: [] },
    envelope: { mailFrom: 'secret@example.org', rcptTo: [] },
    ...more,
  };
  await api.ports.tables.put('activity', { ...quarantineItemKey(id), version: 1, data: dataOf(quarantined) });
}

describe.each(['/erasure-requests', '/access-requests'])('what one of %s found in quarantine', (kind) => {
  test('is listed page by page as quarantine is, newest first, without what is there no more', async () => {
    const request = await requestThatFound(kind, 'q-1', 'q-2', 'q-3');
    await waits('q-4');
    const { status, json } = await get(`${request}/quarantine?limit=2`);
    expect([status, json.items?.map(({ id }) => id)]).toEqual([200, ['q-3', 'q-2']]);
    expect(json.items?.[0]).toEqual({
      id: 'q-3',
      reason: 'not_a_message',
      receivedAt: '2026-02-01T10:00:00.000Z',
      sizeBytes: 9,
      source: { kind: 'journal', endpointIds: [] },
    });
    expect(await idsIn(`${request}/quarantine?limit=2&cursor=${json.cursor}`)).toEqual(['q-1']);
    await waits('q-2', { replayedAt: '2026-03-01T10:00:00.000Z', archiveId: '1-a' });
    expect(await idsIn(`${request}/quarantine`)).toEqual(['q-3', 'q-1']);
  });

  test('is counted, and the request says whether any of it is left', async () => {
    const request = await requestThatFound(kind, 'q-1');
    const found = { ...NO_MESSAGES, quarantined: 1 };
    expect((await get(request)).json).toMatchObject({ found, quarantineLeft: true });
    await waits('q-1', { replayedAt: '2026-03-01T10:00:00.000Z' });
    expect((await get(request)).json).toMatchObject({ found, quarantineLeft: false });
    const before = String((await api.call('POST', kind, { token: api.admin, body: BODY })).json.requestId);
    expect((await get(`${kind}/${before}`)).json).not.toHaveProperty('quarantineLeft');
  });

  test('is for administrators, and looking at it is in the trail', async () => {
    const request = await requestThatFound(kind, 'q-1');
    expect((await get(`${request}/quarantine`, await api.newUser('bob'))).status).toBe(403);
    expect((await get(`${kind}/erasure-none/quarantine`)).status).toBe(404);
    await get(`${request}/quarantine`);
    const { items = [] } = (await get(`/audit-events?object=${request.split('/')[2]}`)).json;
    expect(items.map(({ action, outcome }) => [action, outcome])).toContainEqual(['read.list', 'done']);
  });
});

const BODY = { name: 'Bob', reason: 'he asked for it', scope: { query: 'bob' } };

test('bulk deletions look into no quarantine', async () => {
  const { json } = await api.call('POST', '/bulk-deletions', { token: api.admin, body: BODY });
  expect((await get(`/bulk-deletions/${json.requestId}/quarantine`)).status).toBe(404);
});
