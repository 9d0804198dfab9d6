import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

async function fakeApi(routes: FakeRoutes) {
  const api = await startFakeApi(routes);
  closing.push(api.close);
  return api;
}

async function call(
  args: string[],
  environment: Record<string, string>,
  options: Parameters<typeof fakeTerminal>[0] = {},
) {
  const fake = fakeTerminal(options);
  const exitCode = await run(args, { XDG_CONFIG_HOME: directory, ...environment }, fake.terminal);
  return { exitCode, ...fake };
}

const signIn = { status: 201, json: { token: 'token-1', expiresAt: '2027-01-01T00:00:00.000Z', user: {} } };
const ID = `1-${'a'.repeat(64)}`;

describe('signing in', () => {
  test('stores the token for its owner only and uses it from then on', async () => {
    const api = await fakeApi({
      'POST /sessions': signIn,
      'GET /me': { json: { userName: 'anna', privileges: ['login'] } },
    });
    const login = await call(
      ['login', `${api.url}/`, '--user', 'anna'],
      {},
      { columns: 80, password: 'correct horse' },
    );
    expect(login.exitCode).toBe(0);
    expect(login.questions).toEqual([`Password of anna at ${api.url}: `]);
    expect(api.seen[0]?.body).toEqual({ userName: 'anna', password: 'correct horse' });
    const file = join(directory, 'letterlock', 'credentials.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('correct horse');

    const whoami = await call(['whoami'], {});
    expect(whoami.out()).toContain('anna');
    expect(api.seen[1]?.authorization).toBe('Bearer token-1');
  });

  test('takes the password of the environment and tightens a file that others could read', async () => {
    const api = await fakeApi({ 'POST /sessions': signIn });
    const environment = { LETTERLOCK_URL: api.url, LETTERLOCK_PASSWORD: 'from the environment' };
    await call(['login'], environment);
    const file = join(directory, 'letterlock', 'credentials.json');
    await writeFile(file, '{}', { mode: 0o644 });
    const { questions, exitCode } = await call(['login'], environment);
    expect([exitCode, questions]).toEqual([0, []]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('a wrong password ends with 3 and stores nothing', async () => {
    const refusal = {
      status: 401,
      json: { error: { code: 'unauthenticated', message: 'wrong user name or password' } },
    };
    const api = await fakeApi({ 'POST /sessions': refusal });
    const { exitCode, notes } = await call(['login', api.url], { LETTERLOCK_PASSWORD: 'x' });
    expect([exitCode, notes]).toEqual([3, ['letterlock: wrong user name or password']]);
    await expect(stat(join(directory, 'letterlock'))).rejects.toThrow('ENOENT');
  });

  test('logging out ends the session and forgets the token, also where the server is gone', async () => {
    const api = await fakeApi({ 'POST /sessions': signIn, 'DELETE /sessions/current': { status: 204 } });
    await call(['login', api.url], { LETTERLOCK_PASSWORD: 'password' });
    expect((await call(['logout'], {})).exitCode).toBe(0);
    expect(api.seen.at(-1)?.authorization).toBe('Bearer token-1');
    expect((await call(['whoami'], {})).exitCode).toBe(3);

    await call(['login', api.url], { LETTERLOCK_PASSWORD: 'password' });
    await api.close();
    const { exitCode, notes } = await call(['logout'], {});
    expect([exitCode, notes.length]).toEqual([0, 1]);
  });

  test('a stored token never goes to another system than its own', async () => {
    const api = await fakeApi({ 'POST /sessions': signIn });
    const other = await fakeApi({});
    await call(['login', api.url], { LETTERLOCK_PASSWORD: 'password' });
    const { exitCode } = await call(['mailboxes'], { LETTERLOCK_URL: other.url });
    expect([exitCode, other.seen.length]).toEqual([3, 0]);
  });
});

describe('exit codes', () => {
  const refusal = (status: number, code: string) => ({ status, json: { error: { code, message: 'no' } } });

  test.each([
    { name: 'not found', answer: refusal(404, 'not_found'), expected: 4 },
    { name: 'content blocked', answer: refusal(403, 'content_blocked'), expected: 5 },
    { name: 'a token that is not taken', answer: refusal(401, 'unauthenticated'), expected: 3 },
    { name: 'a conflict', answer: refusal(409, 'conflict'), expected: 1 },
    { name: 'something that is no API', answer: { status: 502, bytes: '<html>' }, expected: 1 },
    { name: 'an answer that is no JSON', answer: { bytes: '<html>' }, expected: 6 },
  ])('$name: $expected', async ({ answer, expected }) => {
    const api = await fakeApi({ [`GET /messages/${ID}`]: answer });
    const { exitCode, notes, out } = await call(['show', ID], { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' });
    expect([exitCode, notes.length, out()]).toEqual([expected, 1, '']);
    expect(notes[0]).toMatch(/^letterlock: [^\n]+$/);
  });

  test('a system that is not there: 6', async () => {
    const api = await fakeApi({});
    await api.close();
    const { exitCode, notes } = await call(['jobs'], { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' });
    expect([exitCode, notes]).toEqual([6, [`letterlock: cannot reach ${api.url}: nothing listens there`]]);
  });

  test.each([
    { args: [] },
    { args: ['nonsense'] },
    { args: ['show'] },
    { args: ['show', 'a', 'b'] },
    { args: ['messages', 'm', '--limit', '-1'] },
    { args: ['messages', 'm', '--limit', '0'] },
    { args: ['mailboxes', '--colour'] },
    { args: ['mailboxes', 'create', 'only-a-name'] },
    { args: ['--colour', 'mailboxes'] },
    { args: ['login', 'ftp://example.org'] },
    { args: ['attachment', ID, 'first'] },
  ])('wrong usage $args: 2', async ({ args }) => {
    const { exitCode, notes } = await call(args, { LETTERLOCK_URL: 'http://127.0.0.1:9', LETTERLOCK_TOKEN: 't' });
    expect([exitCode, notes.length]).toEqual([2, 1]);
  });

  test('errors are JSON for a machine', async () => {
    const { notes } = await call(['--json', 'nonsense'], {});
    expect(JSON.parse(notes[0] ?? '')).toEqual({
      error: { code: 'usage', message: expect.stringContaining('nonsense') },
    });
  });
});

describe('messages', () => {
  const item = (index: number) => ({
    archiveId: `1-${String(index).padStart(64, '0')}`,
    date: '2026-03-04T05:06:07.000Z',
    from: { name: 'Eve \x1b[2J', address: 'eve@example.org' },
    subject: `\x1b]0;title\x07 見積 ${index}`,
    folder: 'Inbox',
    sizeBytes: 1234,
    hasAttachments: true,
  });
  const mailbox = {
    mailboxId: 'box-1',
    name: 'Anna Keller',
    primaryAddress: 'anna@example.org',
    secondaryAddresses: ['a@example.org'],
  };
  const routes: FakeRoutes = {
    'GET /mailboxes': { json: { items: [mailbox, { mailboxId: 'box-2', name: 'Other', secondaryAddresses: [] }] } },
    'GET /mailboxes/box-1/messages': ({ path }) => {
      const query = new URLSearchParams(path.split('?')[1]);
      const start = Number(query.get('cursor') ?? 0);
      const end = Math.min(450, start + Number(query.get('limit')));
      const items = Array.from({ length: end - start }, (_, index) => item(start + index));
      return { json: end < 450 ? { items, cursor: String(end) } : { items } };
    },
  };

  test.each(['box-1', 'anna keller', 'ANNA@example.org', 'a@example.org'])(
    'finds the mailbox by %s',
    async (wanted) => {
      const api = await fakeApi(routes);
      const { exitCode, out } = await call(['messages', wanted], { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' });
      expect([exitCode, out().trimEnd().split('\n').length]).toEqual([0, 51]);
    },
  );

  test('fits a terminal and obeys nothing that senders wrote', async () => {
    const api = await fakeApi(routes);
    const environment = { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' };
    const { out, notes } = await call(['messages', 'box-1', '--limit', '3'], environment, { columns: 80 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(out()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(out()).toContain(item(2).archiveId);
    expect(notes).toEqual(['the first 3 only; --limit N or --all shows more']);
  });

  test('--all walks all pages; --json is one document', async () => {
    const api = await fakeApi(routes);
    const environment = { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' };
    const { out, notes } = await call(['messages', 'box-1', '--all', '--json', '--folder', 'Inbox'], environment);
    expect(JSON.parse(out()).items.length).toBe(450);
    expect([notes, api.seen.length]).toEqual([[], 4]);
    expect(api.seen.at(-1)?.path).toContain('folder=Inbox');
  });

  test('an empty list is JSON too', async () => {
    const api = await fakeApi({ ...routes, 'GET /mailboxes/box-1/messages': { json: { items: [] } } });
    const { out } = await call(['messages', 'box-1', '--json'], { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' });
    expect(JSON.parse(out())).toEqual({ items: [] });
  });

  test('a mailbox that is not there ends with 4', async () => {
    const api = await fakeApi(routes);
    const { exitCode } = await call(['messages', 'nobody'], { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' });
    expect(exitCode).toBe(4);
  });
});
