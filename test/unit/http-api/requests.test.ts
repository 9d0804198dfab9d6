import { beforeEach, describe, expect, test } from 'vitest';
import { StorageError } from '../../../shared/errors.ts';
import { ADMIN_PASSWORD } from '../usecases/configuration-world.ts';
import { type ApiWorld, createApiWorld, eventOf } from './api-world.ts';

let api: ApiWorld;

beforeEach(async () => {
  api = await createApiWorld();
});

const get = (path: string) => api.call('GET', path, { token: api.admin });
const post = (path: string, body: unknown) => api.call('POST', path, { token: api.admin, body });

describe('a parameter that is left empty', () => {
  test.each([
    ['DELETE', '/messages/1-a?mailbox=mb-1&folder='],
    ['DELETE', '/messages/1-a?mailbox=mb-1&folder'],
    ['DELETE', '/messages/1-a?mailbox='],
    ['DELETE', '/sessions?user='],
  ])('is refused where it would widen what is done: %s %s', async (method, path) => {
    const { status, json } = await api.call(method, path, { token: api.admin });
    expect([status, json.error?.code]).toEqual([400, 'invalid_request']);
  });

  test('is left out where something is read', async () => {
    expect(await get('/search?q=&mailbox=')).toMatchObject({ status: 200 });
  });
});

describe('paths', () => {
  test('may end in a slash', async () => {
    expect(await get('/mailboxes/')).toMatchObject({ status: 200 });
  });

  test.each([
    '/nothing',
    '/mailboxes//x',
    '/mailboxes/../users',
    '/',
    '/constructor',
    '/__proto__',
    '/mailboxes/x/access/y/z',
  ])('%s is not found', async (path) => {
    expect((await get(path)).json.error).toMatchObject({ code: 'not_found' });
  });

  test('outside the base path are not found', async () => {
    const { handler } = api;
    const context = Object.create(null);
    for (const path of ['/', '/api', '/api/v1x/health', '/health', '/api/v2/health']) {
      expect(await handler(eventOf('GET', path), context)).toMatchObject({ statusCode: 404 });
    }
  });

  test.each(['/users/%', '/users/%zz', '/users/%ff', '/users/%c3%28'])('%s has a broken escape', async (path) => {
    expect(await get(path)).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
  });

  test('are decoded exactly once', async () => {
    await post('/users', { userName: 'Jörg M+1', privileges: [] });
    expect(await get('/users/J%C3%B6rg%20M+1')).toMatchObject({ status: 200, json: { userName: 'Jörg M+1' } });
    expect(await get('/users/J%25C3%25B6rg%20M+1')).toMatchObject({ status: 404 });
    expect(await get('/users/J%C3%B6rg%2FM')).toMatchObject({ status: 404 });
  });

  test('are not decoded again where API Gateway has done it', async () => {
    api = await createApiWorld({ rawPath: 'decoded' });
    await post('/users', { userName: 'Jörg', privileges: [] });
    expect(await get('/users/Jörg')).toMatchObject({ status: 200 });
    expect(await get('/users/J%C3%B6rg')).toMatchObject({ status: 404 });
  });

  test('known with another method say which are allowed', async () => {
    const { status, headers, json } = await api.call('POST', '/health');
    expect([status, headers.allow, json.error?.code]).toEqual([405, 'GET, HEAD', 'method_not_allowed']);
    expect((await api.call('BREW', '/users/ann')).headers.allow).toBe('DELETE, GET, HEAD, PATCH');
    expect((await api.call('OPTIONS', '/sessions/current')).headers.allow).toBe('DELETE');
  });

  test('answer HEAD as GET', async () => {
    expect(await api.call('HEAD', '/health')).toMatchObject({ status: 200 });
    expect(await api.call('HEAD', '/users')).toMatchObject({ status: 401 });
  });
});

describe('queries', () => {
  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=many', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=abc', 'cursor'],
    ['cursor=WyJ6enoiXQ', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['form=1', '"form"'],
    ['__proto__=1', '"__proto__"'],
  ])('?%s is refused by name', async (query, name) => {
    const { status, json } = await get(`/users?${query}`);
    expect(status).toBe(400);
    expect(json.error?.code).toBe('invalid_request');
    expect(json.error?.message).toContain(name);
  });

  test.each(['limit=1', 'limit=200', 'limit=&cursor='])('?%s is fine', async (query) => {
    expect(await get(`/users?${query}`)).toMatchObject({ status: 200 });
  });

  test.each(['from=yesterday', 'to=2026-13-01', 'from=2026-02-01&to=2026-01-01', 'status=done'])(
    'jobs?%s is refused',
    async (query) => {
      expect(await get(`/jobs?${query}`)).toMatchObject({ status: 400 });
    },
  );

  test('hand on periods as instants', async () => {
    await get('/jobs?from=2026-01-01&to=2026-01-02T03:04:05%2B01:00&status=failed&profile=p');
    const period = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-02T02:04:05Z') };
    expect(api.mail.asked).toEqual([{ limit: 50, ...period, status: 'failed', profileId: 'p' }]);
  });
});

describe('cursors', () => {
  test('lead through a list, once each, whatever is inserted meanwhile', async () => {
    for (const userName of ['b', 'd', 'f']) await post('/users', { userName, privileges: [] });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const { json } = await get(`/users?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      names.push(...(json.items ?? []).map(({ userName }) => String(userName)));
      cursor = json.cursor;
      await post('/users', { userName: `a${names.length}`, privileges: [] });
    } while (cursor);
    expect(names).toEqual(['admin', 'b', 'd', 'f']);
  });

  test('are good for their own list and filters only', async () => {
    const mailboxId = await api.newMailbox('m');
    const other = await api.newMailbox('other');
    api.mail.filings.push(
      ...['Inbox', 'Sent', 'Inbox'].map((folder) => ({
        mailboxId,
        folder,
        originFolder: folder,
        basis: 'header' as const,
      })),
    );
    const { json } = await get(`/mailboxes/${mailboxId}/messages?limit=1`);
    const cursor = String(json.cursor);
    expect(await get(`/mailboxes/${mailboxId}/messages?limit=2&cursor=${cursor}`)).toMatchObject({ status: 200 });
    expect(await get(`/mailboxes/${mailboxId}/messages?folder=Inbox&cursor=${cursor}`)).toMatchObject({ status: 400 });
    expect(await get(`/mailboxes/${other}/messages?cursor=${cursor}`)).toMatchObject({ status: 400 });
    const changed = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`;
    expect(await get(`/mailboxes/${mailboxId}/messages?cursor=${changed}`)).toMatchObject({ status: 400 });
  });
});

describe('bodies', () => {
  const send = (rawBody: Uint8Array | string, headers = {}) =>
    api.call('POST', '/mailboxes', { token: api.admin, rawBody, headers });

  test.each([
    ['no JSON', '{"name":'],
    ['no UTF-8', Buffer.from('{"name":"\xff"}', 'latin1')],
    ['an array', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['deeply nested', '['.repeat(500_000)],
  ])('of %s are refused', async (_name, body) => {
    expect(await send(body)).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
  });

  test('of another type are refused', async () => {
    expect(await send('name=x', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 400,
    });
    const { json } = await send('{}', { 'content-type': 'application/jsonp' });
    expect(json.error?.message).toContain('application/json');
  });

  test('over a megabyte are refused', async () => {
    expect(await send(`"${'x'.repeat(1024 * 1024)}"`)).toMatchObject({
      status: 413,
      json: { error: { code: 'payload_too_large' } },
    });
  });

  test.each([
    [{ name: 'm', primaryAddress: 'm@example.org', colour: 'red' }, '"colour"'],
    [{ name: 'm' }, 'primaryAddress: required'],
    [{ name: 7, primaryAddress: 'm@example.org' }, 'name: expected string'],
    [{ name: 'm', primaryAddress: 'm@example.org', secondaryAddresses: [1] }, 'secondaryAddresses.0'],
    [{ name: 'a\r\nb', primaryAddress: 'm@example.org' }, 'name'],
    [{ name: ' ', primaryAddress: 'm@example.org' }, 'name'],
    [{ name: '\ud800', primaryAddress: 'm@example.org' }, 'name'],
  ])('%j say what is wrong', async (body, message) => {
    const { status, json } = await post('/mailboxes', body);
    expect(status).toBe(400);
    expect(json.error?.message).toContain(message);
    expect(json.error?.details?.length).toBeGreaterThan(0);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('with the key %s change no prototype', async (key) => {
    const { status } = await send(`{"name":"m","primaryAddress":"m@example.org","${key}":{"polluted":1}}`);
    expect(status).toBe(400);
    expect('polluted' in {}).toBe(false);
  });

  test('are not taken where there is nothing to say', async () => {
    expect(await post('/maintenance/sweep', { deep: true })).toMatchObject({ status: 400 });
    expect(await post('/maintenance/sweep', {})).toMatchObject({ status: 202 });
    expect(await post('/maintenance/sweep', undefined)).toMatchObject({ status: 202, json: { jobId: 'job-1' } });
  });
});

describe('answers', () => {
  test('are nothing that a browser would run, keep or guess at', async () => {
    const answers = [await api.call('GET', '/health'), await get('/nothing'), await api.call('GET', '/me')];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('to strangers name the scheme', async () => {
    expect(await api.call('GET', '/me')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Bearer/) },
    });
  });

  test('to those who try too often say when to come again', async () => {
    const wrong = { userName: 'admin', password: 'wrong password' };
    for (let i = 0; i < 5; i++)
      expect(await api.call('POST', '/sessions', { body: wrong })).toMatchObject({ status: 401 });
    const answer = await api.call('POST', '/sessions', { body: { ...wrong, password: ADMIN_PASSWORD } });
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
      json: { error: { code: 'rate_limited' } },
    });
  });

  test.each([
    ['a bug', new TypeError('secret /etc/x is not a function'), 500, 'internal'],
    ['storage that fails', new StorageError('PUT bucket-of-x'), 503, 'storage_failed'],
  ])('to %s tell nothing, the log all', async (_name, error, status, code) => {
    api.ports.tables.get = () => Promise.reject(error);
    const answer = await api.call('GET', '/health');
    expect(answer).toMatchObject({ status, json: { error: { code } } });
    expect(answer.bytes.toString()).not.toMatch(/secret|bucket|stack|at /);
    expect(api.logged).toEqual([
      { event: 'request failed', fields: { route: 'GET /health', code: expect.any(String), error } },
    ]);
  });
});
