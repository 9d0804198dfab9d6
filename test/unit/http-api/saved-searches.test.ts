import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_QUERY_LENGTH } from '../../../shared/search/query/query-limits.ts';
import { MAX_SAVED_SEARCHES } from '../../../shared/usecases/search/saved-searches.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;
let ann: string;
let bob: string;

beforeEach(async () => {
  api = await createApiWorld();
  ann = await api.newUser('ann');
  bob = await api.newUser('bob');
});

const save = (body: object, token = ann) => api.call('POST', '/saved-searches', { token, body });
const saved = async (body: object = {}) => {
  const { json } = await save({ name: 'Invoices', q: 'invoice', ...body });
  return String(json.savedSearchId);
};
const call = (method: string, id: string, token: string, body?: object) =>
  api.call(method, `/saved-searches/${id}`, { token, body });
const namesOf = async (token: string) =>
  (await api.call('GET', '/saved-searches', { token })).json.items?.map(({ name }) => name);

describe('a saved search', () => {
  test('is answered as it was saved, with whose it is and where it leads', async () => {
    const wanted = { name: 'Unpaid', q: 'invoice -paid', sort: 'oldest', mailbox: 'ann@example.org' };
    const { status, json } = await save(wanted);
    const { savedSearchId } = json;
    const expected = {
      ...wanted,
      savedSearchId,
      owner: 'ann',
      shared: false,
      createdAt: api.clock.now().toISOString(),
      link: `/search?saved=${savedSearchId}`,
    };
    expect([status, json]).toEqual([201, expected]);
    expect((await call('GET', String(savedSearchId), ann)).json).toEqual(expected);
  });

  test.each([
    { body: { name: '', q: 'x' }, code: 'invalid_request', reason: 'has a name' },
    { body: { name: 'n'.repeat(201), q: 'x' }, code: 'invalid_request', reason: 'of 200 characters at most' },
    { body: { name: 'two\nlines', q: 'x' }, code: 'invalid_request', reason: 'of one line' },
    { body: { name: 'n' }, code: 'invalid_request', reason: 'has a query' },
    { body: { name: 'n', q: 'x', sort: 'best' }, code: 'invalid_request', reason: 'has an order that there is' },
    { body: { name: 'n', q: 'x', owner: 'bob' }, code: 'invalid_request', reason: 'is of whoever saves it' },
    { body: { name: 'n', q: 'x'.repeat(MAX_QUERY_LENGTH + 1) }, code: 'query_too_long', reason: 'that can be asked' },
  ])('$reason ($code)', async ({ body, code }) => {
    expect(await save(body)).toMatchObject({ status: 400, json: { error: { code } } });
  });

  test.each(['', '"', '(((', 'a OR', '\0', '\ud800', "'; DROP TABLE"])('may be for %j', async (q) => {
    expect(await save({ name: 'n', q })).toMatchObject({ status: 201, json: { q: q.toWellFormed() } });
  });

  test('cannot be one of very many', async () => {
    for (let i = 0; i < MAX_SAVED_SEARCHES; i++) await save({ name: `n${i}`, q: 'x' });
    expect(await save({ name: 'n', q: 'x' })).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } });
    expect(await save({ name: 'n', q: 'x' }, bob)).toMatchObject({ status: 201 });
  });
});

describe('the list', () => {
  test('has one’s own, newest first, page by page', async () => {
    for (const name of ['one', 'two', 'three']) {
      await saved({ name });
      api.clock.advance(1_000);
    }
    await save({ name: 'of bob', q: 'x', shared: true }, bob);
    expect(await namesOf(ann)).toEqual(['three', 'two', 'one']);
    expect(await namesOf(bob)).toEqual(['of bob']);

    const first = (await api.call('GET', '/saved-searches?limit=2', { token: ann })).json;
    expect(first.items?.map(({ name }) => name)).toEqual(['three', 'two']);
    const rest = `/saved-searches?limit=2&cursor=${first.cursor}`;
    expect((await api.call('GET', rest, { token: ann })).json.items?.map(({ name }) => name)).toEqual(['one']);
  });
});

describe('others', () => {
  test('do not hear that one is there that is not shared', async () => {
    const id = await saved();
    const absent = await call('GET', 'ss-none', bob);
    for (const token of [bob, api.admin]) {
      const answer = await call('GET', id, token);
      expect([answer.status, answer.json.error?.code]).toEqual([404, 'not_found']);
      expect(String(answer.json.error?.message).replace(id, 'ss-none')).toBe(absent.json.error?.message);
    }
  });

  test('read one that is shared, and change nothing', async () => {
    const id = await saved({ shared: true });
    expect(await call('GET', id, bob)).toMatchObject({ status: 200, json: { q: 'invoice', owner: 'ann' } });
    expect((await call('PATCH', id, bob, { name: 'mine' })).status).toBe(404);
    expect((await call('DELETE', id, bob)).status).toBe(404);
    expect((await call('GET', id, ann)).json.name).toBe('Invoices');
  });

  test('read it no more once it is not shared, or deleted', async () => {
    const id = await saved({ shared: true });
    await call('PATCH', id, ann, { shared: false });
    expect((await call('GET', id, bob)).status).toBe(404);
    await call('PATCH', id, ann, { shared: true });
    expect((await call('GET', id, bob)).status).toBe(200);
    expect((await call('DELETE', id, ann)).status).toBe(204);
    expect((await call('GET', id, bob)).status).toBe(404);
    expect(await namesOf(ann)).toEqual([]);
  });

  test('see the name that its owner has now', async () => {
    const id = await saved({ shared: true });
    await api.call('PATCH', '/users/ann', { token: api.admin, body: { userName: 'anna' } });
    expect((await call('GET', id, bob)).json.owner).toBe('anna');
  });
});

describe('a change', () => {
  test('leaves what it does not name', async () => {
    const id = await saved({ sort: 'size', mailbox: 'mb-1', shared: true });
    const changed = await call('PATCH', id, ann, { q: 'bill' });
    expect(changed).toMatchObject({
      status: 200,
      json: { name: 'Invoices', q: 'bill', sort: 'size', mailbox: 'mb-1', shared: true },
    });
    expect((await call('GET', id, ann)).json).toEqual(changed.json);
  });

  test('takes away what it sets to null', async () => {
    const id = await saved({ sort: 'size', mailbox: 'mb-1' });
    const { json } = await call('PATCH', id, ann, { sort: null, mailbox: null });
    expect(json).not.toHaveProperty('sort');
    expect(json).not.toHaveProperty('mailbox');
  });

  test('to a query that nobody could ask is refused', async () => {
    const id = await saved();
    const answer = await call('PATCH', id, ann, { q: 'x'.repeat(MAX_QUERY_LENGTH + 1) });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'query_too_long' } } });
  });
});

test('the audit trail names what was saved and shared, never what is searched for', async () => {
  const id = await saved({ name: 'Secret plans', q: 'merger' });
  api.clock.advance(1_000);
  await call('PATCH', id, ann, { shared: true, q: 'takeover' });
  api.clock.advance(1_000);
  await call('DELETE', id, ann);
  const { json } = await api.call('GET', `/audit-events?object=${id}`, { token: api.admin });
  expect(json.items?.map(({ action }) => action)).toEqual(['search.deleteSaved', 'search.changeSaved', 'search.save']);
  expect(JSON.stringify(json)).not.toMatch(/merger|takeover|Secret/);
});

test('go with the user whose they are; a successor of the name inherits none', async () => {
  const id = await saved({ shared: true });
  await api.call('DELETE', '/users/ann', { token: api.admin });
  expect((await call('GET', id, bob)).status).toBe(404);
  expect(await namesOf(await api.newUser('ann'))).toEqual([]);
});
