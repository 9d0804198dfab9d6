import { beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_PASSWORD, JOURNAL_DOMAIN } from '../usecases/configuration-world.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;

beforeEach(async () => {
  api = await createApiWorld();
});

const get = (path: string, token = api.admin) => api.call('GET', path, { token });
const post = (path: string, body?: unknown) => api.call('POST', path, { token: api.admin, body });
const patch = (path: string, body: unknown) => api.call('PATCH', path, { token: api.admin, body });
const put = (path: string, body: unknown, token = api.admin) => api.call('PUT', path, { token, body });
const remove = (path: string, token = api.admin) => api.call('DELETE', path, { token });

describe('sessions', () => {
  test('answer a token, its end and the user, without the hash of a password', async () => {
    const { status, json } = await api.call('POST', '/sessions', {
      body: { userName: 'ADMIN', password: ADMIN_PASSWORD },
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      expiresAt: '2026-03-02T00:00:00.000Z',
      user: { userName: 'admin', authentication: 'integrated' },
    });
    expect(JSON.stringify(json)).not.toContain('argon2');
  });

  test('are listed to their owner, the current one marked, and ended', async () => {
    const ann = await api.newUser('ann');
    const { json } = await get('/sessions', ann);
    expect([...(json.items ?? [])].map(({ current }) => current)).toEqual([true]);
    expect(await remove('/sessions/current', ann)).toMatchObject({ status: 204, bytes: Buffer.alloc(0) });
    expect(await get('/me', ann)).toMatchObject({ status: 401 });
    expect(await remove(`/sessions/${json.items?.[0]?.sessionId}`)).toMatchObject({ status: 404 });
  });

  test.each(['Bearer', 'Basic YWRtaW46eA==', 'Bearer a b', 'Bearer ..'])('take no %j', async (authorization) => {
    expect(await api.call('GET', '/me', { headers: { authorization } })).toMatchObject({ status: 401 });
  });

  test('outlive a change of password where it was made, and end elsewhere', async () => {
    const ann = await api.newUser('ann');
    const other = await api.signIn('ann', 'a long password');
    api.clock.advance(1);
    const passwords = { currentPassword: 'a long password', newPassword: 'another password' };
    expect(await put('/me/password', passwords, ann)).toMatchObject({ status: 200, json: { userName: 'ann' } });
    expect(await get('/me', ann)).toMatchObject({ status: 200 });
    expect(await get('/me', other)).toMatchObject({ status: 401 });
  });

  test('give no change of password to whoever may not', async () => {
    const ann = await api.newUser('ann', ['login']);
    expect(await put('/me/password', {}, ann)).toMatchObject({ status: 403 });
  });
});

describe('users', () => {
  test('are made, changed by merge patch, and deleted', async () => {
    const made = await post('/users', {
      userName: 'Ann',
      fullName: 'Ann A',
      privileges: ['login'],
      password: 'a long password',
    });
    expect(made).toMatchObject({
      status: 201,
      json: { userName: 'Ann', fullName: 'Ann A', emailAddresses: [], disabled: false },
    });
    const patched = await patch('/users/ann', { fullName: null, emailAddresses: ['ann@example.org'] });
    expect(patched.json).toMatchObject({ userName: 'Ann', privileges: ['login'], emailAddresses: ['ann@example.org'] });
    expect('fullName' in patched.json).toBe(false);
    expect(await remove('/users/ANN')).toMatchObject({ status: 204 });
    expect(await get('/users/ann')).toMatchObject({ status: 404 });
  });

  test.each<[object, number]>([
    [{ userName: 'a', privileges: ['root'] }, 400],
    [{ userName: 'a', privileges: [], password: 'short' }, 400],
    [{ userName: 'a', privileges: [], emailAddresses: ['a'] }, 400],
    [{ userName: 'a', privileges: [], emailAddresses: Array(10_000).fill('a@example.org') }, 400],
    [{ userName: 'a', privileges: [], createMailbox: true }, 400],
    [{ userName: 'a', privileges: [], authentication: 'directory' }, 400],
    [{ userName: 'a\r\nb', privileges: [] }, 400],
    [{ userName: 'ADMIN', privileges: [] }, 409],
  ])('%.80j are refused with %i', async (body, status) => {
    expect(await post('/users', body)).toMatchObject({ status });
  });

  test('with a mailbox of their own read it', async () => {
    const body = {
      userName: 'ann',
      privileges: ['login'],
      password: 'a long password',
      emailAddresses: ['ann@example.org'],
      createMailbox: true,
    };
    const { mailboxId } = (await post('/users', body)).json;
    await api.newMailbox('other');
    const ann = await api.signIn('ann', 'a long password');
    const { json } = await get('/mailboxes', ann);
    expect(json.items?.map((mailbox) => mailbox.mailboxId)).toEqual([mailboxId]);
    expect(await get(`/mailboxes/${mailboxId}/messages`, ann)).toMatchObject({ status: 200 });
  });

  test('keep one administrator', async () => {
    expect(await remove('/users/admin')).toMatchObject({ status: 409 });
    expect(await patch('/users/admin', { disabled: true })).toMatchObject({ status: 409 });
  });
});

describe('mailboxes', () => {
  test('are made, changed and deleted while empty', async () => {
    const made = await post('/mailboxes', {
      name: 'Ann',
      primaryAddress: 'ann@example.org',
      secondaryAddresses: ['a@example.org'],
    });
    expect(made.status).toBe(201);
    const path = `/mailboxes/${made.json.mailboxId}`;
    expect((await get(path)).json).toEqual(made.json);
    expect((await patch(path, { name: 'Anna' })).json).toMatchObject({ mailboxId: made.json.mailboxId, name: 'Anna' });
    expect((await patch(path, {})).json).toMatchObject({ name: 'Anna' });
    expect(await remove(path)).toMatchObject({ status: 204 });
    expect(await remove(path)).toMatchObject({ status: 404 });
  });

  test('do not share addresses', async () => {
    await api.newMailbox('ann');
    const answer = await post('/mailboxes', {
      name: 'Bob',
      primaryAddress: 'bob@example.org',
      secondaryAddresses: ['ANN@example.org'],
    });
    expect(answer).toMatchObject({ status: 409, json: { error: { code: 'address_in_use' } } });
  });

  test('that hold mail stay', async () => {
    const mailboxId = await api.newMailbox('ann');
    api.mail.filings.push({ mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' });
    expect(await remove(`/mailboxes/${mailboxId}`)).toMatchObject({
      status: 409,
      json: { error: { code: 'conflict' } },
    });
  });

  test('show folders with what is known of them', async () => {
    const mailboxId = await api.newMailbox('ann');
    expect((await get(`/mailboxes/${mailboxId}/folders`)).json.items).toEqual([
      { folder: 'Inbox' },
      { folder: 'Sent', messages: 2 },
    ]);
  });

  test('take access back at once', async () => {
    const mailboxId = await api.newMailbox('ann');
    const reader = await api.newUser('reader');
    expect(await get(`/mailboxes/${mailboxId}`, reader)).toMatchObject({ status: 404 });
    const grant = await api.grant(mailboxId, 'READER', 'read', 'read');
    expect(grant).toMatchObject({
      status: 200,
      json: { principal: 'reader', privileges: ['read'], grantedBy: 'admin' },
    });
    expect(await get(`/mailboxes/${mailboxId}`, reader)).toMatchObject({ status: 200 });
    expect((await get(`/mailboxes/${mailboxId}/access`)).json.items).toEqual([grant.json]);
    expect(await remove(`/mailboxes/${mailboxId}/access/reader`)).toMatchObject({ status: 204 });
    expect(await get(`/mailboxes/${mailboxId}`, reader)).toMatchObject({ status: 404 });
    expect((await get(`/mailboxes/${mailboxId}/access`)).json.items).toEqual([]);
    expect((await get('/mailboxes', reader)).json.items).toEqual([]);
  });

  test.each<object>([{ privileges: ['admin'] }, { privileges: 'read' }, {}])('refuse the grant %j', async (body) => {
    const mailboxId = await api.newMailbox('ann');
    expect(await put(`/mailboxes/${mailboxId}/access/admin`, body)).toMatchObject({ status: 400 });
  });

  test('know no access of somebody unknown', async () => {
    const mailboxId = await api.newMailbox('ann');
    expect(await api.grant(mailboxId, 'nobody', 'read')).toMatchObject({ status: 404 });
  });
});

describe('journal endpoints', () => {
  test('have the shape that holds', async () => {
    const { status, json } = await post('/journal-endpoints', { name: 'Journal' });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      name: 'Journal',
      unknownAddresses: 'endpoint-only',
      mailboxId: expect.stringMatching(/^mb-/),
    });
    expect(json.address).toMatch(new RegExp(`^j-[0-9a-v]{26}@${JOURNAL_DOMAIN.replaceAll('.', '\\.')}$`));
    expect('localPart' in json).toBe(false);
  });

  test('rotate their address', async () => {
    const { json } = await post('/journal-endpoints', { name: 'Journal' });
    const rotated = await post(`/journal-endpoints/${json.endpointId}/rotate`);
    expect(rotated.json.address).not.toBe(json.address);
    expect((await get(`/journal-endpoints/${json.endpointId}`)).json).toEqual(rotated.json);
  });

  test.each<[object, string]>([
    [{ unknownAddresses: 'all' }, 'unknownAddresses'],
    [{ unknownAddresses: { mailboxId: 'mb-none' } }, 'unknownAddresses'],
    [{ allowedSources: ['everywhere'] }, 'everywhere'],
    [{ trustedHosts: ['a b'] }, 'trustedHosts'],
  ])('refuse %j by name', async (rules, name) => {
    const { status, json } = await post('/journal-endpoints', { name: 'Journal', ...rules });
    expect([status, json.error?.code]).toEqual([400, 'invalid_request']);
    expect(json.error?.message).toContain(name);
  });

  test('hand on the period of arrivals', async () => {
    const { endpointId } = (await post('/journal-endpoints', { name: 'Journal' })).json;
    expect(await get(`/journal-endpoints/${endpointId}/arrivals?from=2026-01-01&limit=7`)).toMatchObject({
      status: 200,
    });
    expect(api.mail.asked).toEqual([{ endpointId, limit: 7, from: new Date('2026-01-01') }]);
  });
});

describe('domains', () => {
  test('are kept in lower case and A-labels, once', async () => {
    const made = await post('/domains', { domain: 'Bücher.Example' });
    expect(made).toMatchObject({ status: 201, json: { domain: 'xn--bcher-kva.example' } });
    expect(await post('/domains', { domain: 'BÜCHER.example' })).toMatchObject({ status: 409 });
    expect(await get('/domains/b%C3%BCcher.example')).toMatchObject({ status: 200 });
    expect(await remove('/domains/xn--bcher-kva.example')).toMatchObject({ status: 204 });
    expect((await get('/domains')).json.items).toEqual([]);
    expect(await post('/domains', { domain: 'bücher.example' })).toMatchObject({ status: 201 });
  });

  test.each(['', 'a b', 'a..b', '@example.org', 'http://example.org', '-a-.example', 'a'.repeat(64)])(
    '%j is none',
    async (domain) => {
      expect(await post('/domains', { domain })).toMatchObject({ status: 400 });
    },
  );
});

test('compliance keeps what a PUT leaves out', async () => {
  const rest = { approvalDays: 7, privateMail: false, hideSubjects: false };
  expect((await get('/compliance')).json).toEqual({ blockPreview: true, fourEyes: false, ...rest });
  expect((await put('/compliance', { blockPreview: false })).json).toMatchObject({ blockPreview: false, ...rest });
  expect((await put('/compliance', { fourEyes: true })).json).toMatchObject({ blockPreview: false, fourEyes: true });
  expect((await get('/compliance')).json).toEqual({ blockPreview: false, fourEyes: true, ...rest });
});
