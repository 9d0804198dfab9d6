import { generateSync } from 'otplib';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;
const PASSWORD = 'a long password';

beforeEach(async () => {
  api = await createApiWorld();
});

const call = (method: string, path: string, body?: unknown, token: string | undefined = api.admin) =>
  api.call(method, path, { token, body });
const signIn = (userName: string, more: object = {}) =>
  api.call('POST', '/sessions', { body: { userName, password: PASSWORD, ...more } });

describe('users', () => {
  test('have a name in a directory, and other names later', async () => {
    const distinguishedName = 'CN=Ann,DC=example,DC=org';
    const body = { userName: 'ann', fullName: 'Ann A', distinguishedName, authentication: 'integrated' };
    expect(await call('POST', '/users', body)).toMatchObject({
      status: 201,
      json: { distinguishedName, authentication: 'integrated', hasOtp: false, privileges: ['login', 'changePassword'] },
    });
    const renamed = await call('PATCH', '/users/ann', { userName: 'anna', distinguishedName: null });
    expect(renamed).toMatchObject({ status: 200, json: { userName: 'anna', fullName: 'Ann A' } });
    expect(renamed.json).not.toHaveProperty('distinguishedName');
    expect(await call('GET', '/users/ann')).toMatchObject({ status: 404 });
  });

  test.each(['directory', 'oidc', 'ldap'])('are not authenticated by %s yet', async (authentication) => {
    const answer = await call('POST', '/users', { userName: 'ann', authentication });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
  });

  test('have a hundred addresses at most, and the answer says so', async () => {
    const emailAddresses = Array.from({ length: 10_000 }, (_, i) => `a${i}@example.org`);
    const made = await call('POST', '/users', { userName: 'ann', emailAddresses });
    expect(made).toMatchObject({ status: 400, json: { error: { message: expect.stringContaining('at most 100') } } });
    await call('POST', '/users', { userName: 'ann' });
    expect(await call('PATCH', '/users/ann', { emailAddresses })).toMatchObject({ status: 400 });
  });

  test.each(['Ann\r\nBcc: x@y.z', 'Ann\u202enimda', 'Ann\u2028Lee', 'Ann\0', '\ud800'])(
    'are not called %j',
    async (fullName) => {
      expect(await call('POST', '/users', { userName: 'ann', fullName })).toMatchObject({ status: 400 });
    },
  );

  test('do not take a password that everybody takes', async () => {
    const answer = await call('POST', '/users', { userName: 'ann', password: 'Passw0rd1' });
    expect(answer).toMatchObject({ status: 400, json: { error: { message: expect.stringContaining('tried first') } } });
  });
});

describe('groups', () => {
  test('give their members what is granted to them', async () => {
    const ann = await api.newUser('ann');
    const mailboxId = await api.newMailbox('team');
    const made = await call('POST', '/groups', { groupName: 'Team', description: 'All of them' });
    expect(made).toMatchObject({ status: 201, json: { groupName: 'Team', description: 'All of them' } });
    expect(await call('PUT', '/groups/team/members/ANN')).toMatchObject({ json: { kind: 'user', name: 'ann' } });
    await api.grant(mailboxId, 'team', 'read');
    expect(await call('GET', `/mailboxes/${mailboxId}/messages`, undefined, ann)).toMatchObject({ status: 200 });
    expect((await call('GET', '/mailboxes', undefined, ann)).json.items).toMatchObject([{ mailboxId }]);
    const access = await call('GET', `/mailboxes/${mailboxId}/access`);
    expect(access.json.items).toMatchObject([{ principal: 'Team', privileges: ['read'] }]);
    expect((await call('GET', '/groups/team/members')).json.items).toEqual([{ kind: 'user', name: 'ann' }]);
    await call('DELETE', '/groups/team/members/ann');
    expect(await call('GET', `/mailboxes/${mailboxId}/messages`, undefined, ann)).toMatchObject({ status: 404 });
  });

  test('are refused in a circle, and under the name of a user', async () => {
    await call('POST', '/groups', { groupName: 'a' });
    await call('POST', '/groups', { groupName: 'b', members: ['a'] });
    expect(await call('PUT', '/groups/a/members/b')).toMatchObject({ status: 400 });
    expect(await call('POST', '/groups', { groupName: 'ADMIN' })).toMatchObject({ status: 409 });
    expect(await call('POST', '/groups', { groupName: 'c', members: ['nobody'] })).toMatchObject({ status: 404 });
    expect(await call('PATCH', '/groups/a', { groupName: 'B' })).toMatchObject({ status: 409 });
  });
});

describe('sessions of others', () => {
  test('are seen and ended by administrators alone', async () => {
    const [ann, bob] = [await api.newUser('ann'), await api.newUser('bob')];
    const { json } = await call('GET', '/sessions?user=ann');
    const sessionId = String(json.items?.[0]?.sessionId);
    expect(await call('GET', '/sessions?user=ann', undefined, bob)).toMatchObject({ status: 403 });
    expect(await call('DELETE', '/sessions?user=ann', undefined, bob)).toMatchObject({ status: 403 });
    expect(await call('DELETE', `/sessions/${sessionId}`, undefined, bob)).toMatchObject({ status: 404 });
    expect(await call('DELETE', `/sessions/${sessionId}`)).toMatchObject({ status: 204 });
    expect(await call('GET', '/me', undefined, ann)).toMatchObject({ status: 401 });
    api.clock.advance(1);
    expect(await call('DELETE', '/sessions?user=BOB')).toMatchObject({ status: 204 });
    expect(await call('GET', '/me', undefined, bob)).toMatchObject({ status: 401 });
    expect(await call('GET', '/sessions?user=nobody')).toMatchObject({ status: 404 });
  });

  test('of one’s own end all at once, but the one that asks', async () => {
    const first = await api.newUser('ann');
    const second = await api.signIn('ann', PASSWORD);
    api.clock.advance(1);
    expect(await call('DELETE', '/sessions', undefined, first)).toMatchObject({ status: 204 });
    expect(await call('GET', '/me', undefined, first)).toMatchObject({ status: 200 });
    expect(await call('GET', '/me', undefined, second)).toMatchObject({ status: 401 });
  });
});

describe('API keys', () => {
  test('are shown once, listed without the secret, and revoked', async () => {
    const ann = await api.newUser('ann');
    const mailboxId = await api.newMailbox('ann');
    const other = await api.newMailbox('other');
    for (const id of [mailboxId, other]) await api.grant(id, 'ann', 'read');
    const body = { name: 'backup', privileges: ['login'], mailboxes: [mailboxId], expiresAt: '2026-04-01T00:00:00Z' };
    const made = await call('POST', '/api-keys', body, ann);
    expect(made).toMatchObject({ status: 201, json: { name: 'backup', expiresAt: '2026-04-01T00:00:00.000Z' } });
    const { key, apiKeyId, prefix } = made.json;
    expect((await call('GET', '/mailboxes', undefined, key)).json.items).toMatchObject([{ mailboxId }]);
    expect(await call('GET', `/mailboxes/${other}`, undefined, key)).toMatchObject({ status: 404 });
    const listed = await call('GET', '/api-keys', undefined, ann);
    expect(listed.json.items).toMatchObject([
      { apiKeyId, prefix, mailboxes: [mailboxId], lastUsedAt: expect.any(String) },
    ]);
    expect(listed.bytes.toString()).not.toContain(String(key).slice(20));
    expect((await call('GET', '/api-keys?user=ann')).json.items).toHaveLength(1);
    expect((await call('GET', '/api-keys')).json.items).toEqual([]);
    expect(await call('DELETE', `/api-keys/${apiKeyId}`, undefined, ann)).toMatchObject({ status: 204 });
    expect(await call('GET', '/me', undefined, key)).toMatchObject({ status: 401 });
  });
});

describe('the second factor', () => {
  const codeOf = (secret: unknown) =>
    generateSync({ secret: String(secret), epoch: Math.floor(api.clock.now().getTime() / 1000) });

  async function enrol(token: string) {
    const { json } = await call('POST', '/me/otp', { password: PASSWORD }, token);
    const confirmed = await call('POST', '/me/otp/confirm', { otp: codeOf(json.secret) }, token);
    expect(confirmed.json.recoveryCodes).toHaveLength(10);
    api.clock.advance(60_000);
    return json.secret;
  }

  test('is asked for under a code that stays', async () => {
    const ann = await api.newUser('ann');
    const secret = await enrol(ann);
    expect((await call('GET', '/me/otp', undefined, ann)).json).toMatchObject({ state: 'on', recoveryCodesLeft: 10 });
    expect((await call('GET', '/users/ann')).json).toMatchObject({ hasOtp: true });
    expect(await signIn('ann')).toMatchObject({ status: 401, json: { error: { code: 'otp_required' } } });
    expect(await signIn('ann', { otp: '000000' })).toMatchObject({ json: { error: { code: 'unauthenticated' } } });
    expect(await signIn('ann', { otp: codeOf(secret) })).toMatchObject({ status: 201 });
    expect(await call('DELETE', '/me/otp', { password: 'wrong' }, ann)).toMatchObject({ status: 400 });
    expect(await call('DELETE', '/me/otp', { password: PASSWORD }, ann)).toMatchObject({ status: 204 });
    expect(await signIn('ann')).toMatchObject({ status: 201 });
  });

  test('is taken away by an administrator, for one who lost it', async () => {
    await enrol(await api.newUser('ann'));
    expect(await call('DELETE', '/users/ann/otp')).toMatchObject({ status: 204 });
    expect(await signIn('ann')).toMatchObject({ status: 201 });
  });

  test('that the rules ask for is enrolled before anything else is done', async () => {
    const ann = await api.newUser('ann');
    const mailboxId = await api.newMailbox('ann');
    await api.grant(mailboxId, 'ann', 'read');
    const rules = await call('PUT', '/settings/sign-in', { otpRequired: 'everybody' });
    expect(rules).toMatchObject({ status: 200, json: { otpRequired: 'everybody' } });
    const refused = { status: 403, json: { error: { code: 'otp_enrolment_required' } } };
    for (const path of ['/mailboxes', `/mailboxes/${mailboxId}/messages`, '/sessions', '/api-keys']) {
      expect(await call('GET', path, undefined, ann), path).toMatchObject(refused);
    }
    expect(await call('PUT', '/settings/sign-in', { otpRequired: 'nobody' })).toMatchObject(refused);
    expect(await call('GET', '/me', undefined, ann)).toMatchObject({ status: 200 });
    expect((await call('GET', '/me/otp', undefined, ann)).json).toMatchObject({ state: 'off', required: true });
    await enrol(ann);
    expect(await call('GET', `/mailboxes/${mailboxId}/messages`, undefined, ann)).toMatchObject({ status: 200 });
  });
});

test('settings for new users keep what a PUT leaves out', async () => {
  await call('PUT', '/settings/new-users', { privileges: ['login'] });
  const { json } = await call('GET', '/settings/new-users');
  expect(json).toEqual({ privileges: ['login'], ownMailbox: ['read'], access: [] });
  expect(await call('PUT', '/settings/new-users', { privileges: ['root'] })).toMatchObject({ status: 400 });
  const access = [{ mailboxId: 'mb-none', privileges: ['read'] }];
  expect(await call('PUT', '/settings/new-users', { access })).toMatchObject({ status: 400 });
});
