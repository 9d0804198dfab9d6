import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { type FakeRoutes, startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

let directory: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(directory, { recursive: true });
});

const MAILBOX = { mailboxId: 'mb-1', name: 'Anna', primaryAddress: 'anna@example.org' };
const ROUTES: FakeRoutes = { 'GET /mailboxes': { json: { items: [MAILBOX] } } };

/** Runs a command line against `routes`; what it asked of the API, without looking for the mailbox. */
async function call(line: string, routes: FakeRoutes, options: Parameters<typeof fakeTerminal>[0] = { columns: 200 }) {
  const api = await startFakeApi({ ...ROUTES, ...routes });
  closing.push(api.close);
  const fake = fakeTerminal(options);
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(line.split(' '), environment, fake.terminal);
  const asked = api.seen
    .map(({ method, path, body }) => [`${method} ${path}`, body])
    .filter(([what]) => !String(what).startsWith('GET /mailboxes?'));
  return { exitCode, asked, out: fake.out(), notes: fake.notes, questions: fake.questions };
}

const done = { status: 204 };
const user = { json: { userName: 'ann' } };

test.each<[string, string, unknown]>([
  ['users change ann --dn CN=Ann', 'PATCH /users/ann', { distinguishedName: 'CN=Ann' }],
  ['users change ann --privilege none', 'PATCH /users/ann', { privileges: [] }],
  ['users rename ann anna', 'PATCH /users/ann', { userName: 'anna' }],
  ['users disable ann', 'PATCH /users/ann', { disabled: true }],
  ['users enable ann', 'PATCH /users/ann', { disabled: false }],
  ['users reset-otp ann', 'DELETE /users/ann/otp', undefined],
  ['users delete ann/b', 'DELETE /users/ann%2Fb', undefined],
  ['groups create team', 'POST /groups', { groupName: 'team' }],
  ['groups create team ann bob', 'POST /groups', { groupName: 'team', members: ['ann', 'bob'] }],
  ['groups add team ann', 'PUT /groups/team/members/ann', undefined],
  ['groups remove team ann', 'DELETE /groups/team/members/ann', undefined],
  ['groups rename team crew', 'PATCH /groups/team', { groupName: 'crew' }],
  ['groups delete team', 'DELETE /groups/team', undefined],
  ['access grant anna@example.org ann', 'PUT /mailboxes/mb-1/access/ann', { privileges: ['read'] }],
  [
    'access grant Anna team --privilege read --privilege write',
    'PUT /mailboxes/mb-1/access/team',
    { privileges: ['read', 'write'] },
  ],
  ['access revoke mb-1 ann', 'DELETE /mailboxes/mb-1/access/ann', undefined],
  ['sessions end session-1', 'DELETE /sessions/session-1', undefined],
  ['sessions end-all', 'DELETE /sessions', undefined],
  ['sessions end-all --user ann', 'DELETE /sessions?user=ann', undefined],
  ['keys revoke key-1', 'DELETE /api-keys/key-1', undefined],
])('%s asks %s', async (line, what, body) => {
  const path = what.split('?')[0] ?? '';
  const { exitCode, asked } = await call(line, { [path]: path.startsWith('DELETE') ? done : user });
  expect([exitCode, asked]).toEqual([0, [[what, body]]]);
});

describe('users', () => {
  test('are listed with their state', async () => {
    const items = [
      { userName: 'ann', emailAddresses: ['a@example.org'], privileges: ['login'], hasOtp: true },
      { userName: 'bob\u001b[2J', emailAddresses: [], privileges: [], disabled: true },
    ];
    const { out } = await call('users', { 'GET /users': { json: { items } } });
    expect(out).toMatch(/ann +a@example\.org +login +second factor/);
    expect(out).toMatch(/bob\\x1b\[2J .*disabled/);
  });

  test('are created with a password that is asked for and not shown', async () => {
    const line = 'users create ann --full-name Ann --address a@example.org --address b@example.org --mailbox';
    const { asked, questions, out } = await call(line, { 'POST /users': user }, { password: 'of her own' });
    const emailAddresses = ['a@example.org', 'b@example.org'];
    const body = { userName: 'ann', fullName: 'Ann', emailAddresses, password: 'of her own', createMailbox: true };
    expect(asked).toEqual([['POST /users', body]]);
    expect(questions).toEqual(['New password of ann: ']);
    expect(out).not.toContain('of her own');
  });

  test('are created without a password where one says so', async () => {
    const { asked, questions } = await call('users create ann --no-password', { 'POST /users': user });
    expect([asked, questions]).toEqual([[['POST /users', { userName: 'ann' }]], []]);
  });

  test('get a new password', async () => {
    const { asked } = await call('users password ann', { 'PATCH /users/ann': user }, { password: 'another one' });
    expect(asked).toEqual([['PATCH /users/ann', { password: 'another one' }]]);
  });
});

describe('lists', () => {
  test('of members, access, sessions and keys show what there is', async () => {
    const members = { json: { items: [{ kind: 'group', name: 'team' }] } };
    expect((await call('groups members all', { 'GET /groups/all/members': members })).out).toMatch(/team +group/);
    const access = {
      principal: 'team',
      privileges: ['read', 'write'],
      grantedBy: 'admin',
      grantedAt: '2026-01-02T10:11:12Z',
    };
    const granted = await call('access list Anna', { 'GET /mailboxes/mb-1/access': { json: { items: [access] } } });
    expect(granted.out).toMatch(/team +read, write +admin +2026-01-02 10:11/);
    const session = { sessionId: 'session-1', createdAt: '2026-01-02T10:11:12Z', sourceIp: '192.0.2.1', current: true };
    const sessions = await call('sessions --user ann', { 'GET /sessions': { json: { items: [session] } } });
    expect(sessions.out).toMatch(/2026-01-02 10:11 .*192\.0\.2\.1 .*this one +session-1/);
    expect(sessions.asked).toEqual([['GET /sessions?user=ann&limit=50', undefined]]);
    const key = {
      apiKeyId: 'key-1',
      name: 'backup',
      prefix: 'll_abc',
      privileges: ['login'],
      expiresAt: '2027-01-02T10:11:12Z',
    };
    const keys = await call('keys', { 'GET /api-keys': { json: { items: [key] } } });
    expect(keys.out).toMatch(/backup +ll_abc +login +2027-01-02 10:11 .*key-1/);
  });
});

describe('keys', () => {
  test('stand alone on standard output, with a word of warning beside', async () => {
    const line = 'keys create backup --privilege login --mailbox Anna --expires 2027-01-31';
    const { out, notes, asked } = await call(line, { 'POST /api-keys': { json: { key: 'll_secret' } } });
    const body = { name: 'backup', privileges: ['login'], mailboxes: ['mb-1'], expiresAt: '2027-01-31T00:00:00.000Z' };
    expect(asked).toEqual([['POST /api-keys', body]]);
    expect(out).toBe('ll_secret\n');
    expect(notes).toEqual([expect.stringContaining('once')]);
  });
});

test.each([
  'users create',
  'users change ann',
  'users rename ann',
  'users constructor ann',
  'groups add team',
  'groups list team',
  'access list',
  'access grant Anna',
  'access revoke Anna ann --privilege read',
  'sessions end',
  'keys create',
  'keys create backup --expires tomorrow',
  'keys create backup --expires 2027-02-31x',
])('"%s" is wrong usage, and nothing is asked of the API', async (line) => {
  expect(await call(line, {})).toMatchObject({ exitCode: 2, asked: [] });
});

describe('login', () => {
  const required = { status: 401, json: { error: { code: 'otp_required', message: 'send its code' } } };
  const session = { status: 201, json: { token: 'token-2', expiresAt: '2027-01-01T00:00:00Z' } };
  const routes: FakeRoutes = {
    'POST /sessions': ({ body }) => (JSON.stringify(body).includes('otp') ? session : required),
  };

  test('asks for the code of a second factor where there is one', async () => {
    const { exitCode, questions, asked } = await call('login --user ann', routes, { password: '123456' });
    expect([exitCode, questions.length]).toEqual([0, 2]);
    expect(asked.at(-1)).toEqual(['POST /sessions', { userName: 'ann', password: '123456', otp: '123456' }]);
  });

  test('takes it from the command line, and does not ask again', async () => {
    const { exitCode, questions } = await call('login --user ann --otp 654321', routes, { password: 'p' });
    expect([exitCode, questions.length]).toEqual([0, 1]);
  });
});
