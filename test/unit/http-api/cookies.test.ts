import { beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_PASSWORD } from '../usecases/configuration-world.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;
const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };
const signInBody = { userName: 'admin', password: ADMIN_PASSWORD, cookie: true };

beforeEach(async () => {
  api = await createApiWorld();
});

const signIn = (headers: { readonly [name: string]: string } = SAME_ORIGIN) =>
  api.call('POST', '/sessions', { body: signInBody, headers });

/** What a browser would send back. */
async function cookie(): Promise<string> {
  const { headers } = await signIn();
  return headers['set-cookie']?.split(';')[0] ?? '';
}

describe('a cookie session', () => {
  test('keeps the token from scripts, other sites and other paths', async () => {
    const { status, headers, json } = await signIn();
    expect(status).toBe(201);
    expect(headers['set-cookie']).toMatch(
      /^letterlock_session=[\w.-]+; Path=\/api\/v1; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    expect(json).toMatchObject({ user: { userName: 'admin' } });
    expect(json).not.toHaveProperty('token');
  });

  test('is Secure where the request came over TLS, or the settings say so', async () => {
    const overTls = await signIn({ ...SAME_ORIGIN, 'x-forwarded-proto': 'https' });
    expect(overTls.headers['set-cookie']).toMatch(/; Secure$/);
    api = await createApiWorld({ secureCookies: true });
    expect((await signIn()).headers['set-cookie']).toMatch(/; Secure$/);
  });

  test('speaks for the user, among other cookies', async () => {
    const headers = { cookie: `theme=dark; ${await cookie()}; letterlock_session_x=1` };
    expect(await api.call('GET', '/me', { headers })).toMatchObject({ status: 200, json: { userName: 'admin' } });
  });

  test('yields to an Authorization field, good or bad', async () => {
    const headers = { cookie: await cookie(), authorization: 'Bearer x.y.z' };
    expect(await api.call('GET', '/me', { headers })).toMatchObject({ status: 401 });
  });

  test('is taken back when it ends', async () => {
    const headers = { cookie: await cookie(), ...SAME_ORIGIN };
    const ended = await api.call('DELETE', '/sessions/current', { headers });
    expect(ended.headers['set-cookie']).toMatch(/^letterlock_session=; Path=\/api\/v1; Max-Age=0; /);
    expect(await api.call('GET', '/me', { headers })).toMatchObject({ status: 401 });
  });

  test('is taken back without a cookie for a client that has none', async () => {
    const ended = await api.call('DELETE', '/sessions/current', { token: api.admin });
    expect(ended.headers).not.toHaveProperty('set-cookie');
  });
});

describe('a request that another site’s page has a browser send', () => {
  const forged: readonly [string, { readonly [name: string]: string }][] = [
    ['says so', { 'sec-fetch-site': 'cross-site' }],
    ['comes from a sibling domain', { 'sec-fetch-site': 'same-site' }],
    ['was typed or clicked elsewhere', { 'sec-fetch-site': 'none' }],
    ['has another origin', { host: 'archive.example.org', origin: 'https://evil.example' }],
    [
      'has an origin that begins like ours',
      { host: 'archive.example.org', origin: 'https://archive.example.org.evil' },
    ],
    ['has another port', { host: 'archive.example.org', origin: 'https://archive.example.org:8443' }],
    ['has an opaque origin', { host: 'archive.example.org', origin: 'null' }],
    ['says nothing', { host: 'archive.example.org' }],
  ];

  test.each(forged)('and that %s changes nothing', async (_name, headers) => {
    const fields = { cookie: await cookie(), ...headers };
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const path = { POST: '/users', PUT: '/compliance', PATCH: '/users/admin', DELETE: '/sessions' }[method] ?? '';
      const answer = await api.call(method, path, { headers: fields, body: {} });
      expect(answer, method).toMatchObject({ status: 403, json: { error: { code: 'forbidden' } } });
    }
    expect(await signIn(headers)).toMatchObject({ status: 403 });
  });

  test('is another matter with a token, which no browser sends by itself', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const body = { fourEyes: false };
    expect(await api.call('PUT', '/compliance', { token: api.admin, headers, body })).toMatchObject({ status: 200 });
  });
});

test.each<[string, { readonly [name: string]: string }]>([
  ['Sec-Fetch-Site', SAME_ORIGIN],
  ['Origin and Host', { host: 'archive.example.org:8420', origin: 'http://archive.example.org:8420' }],
  [
    'Origin and the host in front',
    { host: '127.0.0.1:8420', 'x-forwarded-host': 'a.example', origin: 'https://a.example' },
  ],
])('a page of our own is known by %s', async (_name, headers) => {
  const fields = { cookie: await cookie(), ...headers };
  expect(await api.call('PUT', '/compliance', { headers: fields, body: {} })).toMatchObject({ status: 200 });
});
