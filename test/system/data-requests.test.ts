import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../functions/cli/run.ts';
import { fakeTerminal } from '../unit/cli/fake-terminal.ts';
import { until } from '../until.ts';
import { Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const PASSWORD = 'a long password';
const HOUR_MS = 60 * 60_000;
const REASON = { reason: 'she asked for it' };

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by what the tests expect of them
type Answer = any;

let running: RunningSystem;
let api: Api;
let second: Api;
let third: Api;
let carol: Api;
let bob: Api;
let endpoint: { readonly address: string; readonly mailboxId: string };
let ann: string;
let bobs: string;

beforeAll(async () => {
  // Schedules run when their time is made to come.
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], shouldAdvanceTime: true });
  running = await startSystem();
  ({ api } = running);
  endpoint = await api.post('/journal-endpoints', { name: 'journal' });
  await api.post('/domains', { domain: 'example.org' });
  ann = (await api.post('/mailboxes', { name: 'ann', primaryAddress: 'ann@example.org' })).mailboxId;
  bobs = (await api.post('/mailboxes', { name: 'bob', primaryAddress: 'bob@example.org' })).mailboxId;
  second = await newUser('second', ['admin']);
  third = await newUser('third', ['admin']);
  carol = await newUser('carol', ['login']);
  bob = await newUser('bob', ['login']);
  await api.put(`/mailboxes/${ann}/access/carol`, { privileges: ['read'] });
  await api.put(`/mailboxes/${bobs}/access/bob`, { privileges: ['read', 'delete'] });
});

afterAll(async () => {
  vi.useRealTimers();
  await running.stop();
  await removeData(running);
});

async function newUser(userName: string, privileges: readonly string[]): Promise<Api> {
  await api.post('/users', { userName, password: PASSWORD, privileges });
  const own = new Api(api.origin);
  await own.signIn(userName, PASSWORD);
  return own;
}

let delivered = 0;

async function deliver(from: string, to: string, subject: string): Promise<void> {
  delivered += 1;
  const fields = { From: from, To: to, Subject: subject, Date: new Date().toUTCString() };
  const raw = mail({ ...fields, 'Message-ID': `<${delivered}@example.net>` }, `about ${subject}\n`);
  await send(running.system.smtpPort, { from: 'journal@example.org', to: [endpoint.address] }, raw);
}

/** A request once its job has ended. */
async function settled(path: string, by = api): Promise<Answer> {
  return await until(`the end of the job of ${path}`, () => by.get(path), {
    isWanted: ({ state, lastJob }) => lastJob?.state === 'finished' && state !== 'finding' && state !== 'running',
  });
}

async function made(kind: string, body: object, by = api): Promise<{ path: string; request: Answer }> {
  const request = await by.post(`/${kind}`, { name: 'Eve', ...REASON, ...body });
  expect(request).toMatchObject({ state: 'finding', reason: REASON.reason });
  const path = `/${kind}/${request.requestId}`;
  return { path, request: await settled(path, by) };
}

async function messagesOf(path: string, more = '', by = api): Promise<readonly Answer[]> {
  const { items } = await by.get(`${path}/messages${more}`);
  return items.toSorted((a: Answer, b: Answer) => ((a.subject ?? '') < (b.subject ?? '') ? -1 : 1));
}

async function statusOf(by: Api, path: string, method = 'GET', body?: object): Promise<readonly [number, unknown]> {
  const sent = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
  const response = await by.fetch(path, { method, redirect: 'manual', ...sent });
  const text = await response.text();
  return [response.status, text === '' ? undefined : JSON.parse(text).error?.code];
}

/** What is done next has another time: the clock moves in steps while timers are not the real ones. */
async function aMoment(): Promise<void> {
  const now = Date.now();
  await until('the clock to move', async () => Date.now() > now);
}

/** As if a day had passed, and the schedules had run. */
async function nextDay(): Promise<void> {
  vi.setSystemTime(Date.now() + 24 * HOUR_MS);
  await Promise.all([
    api.signIn('admin', 'correct horse battery'),
    carol.signIn('carol', PASSWORD),
    second.signIn('second', PASSWORD),
    bob.signIn('bob', PASSWORD),
    third.signIn('third', PASSWORD),
  ]);
  await vi.advanceTimersByTimeAsync(5 * 60_000);
}

async function commandLine(...words: string[]) {
  const { token } = await api.post('/sessions', { userName: 'admin', password: 'correct horse battery' });
  const fake = fakeTerminal({ columns: 200 });
  const exitCode = await run(words, { LETTERLOCK_URL: api.origin, LETTERLOCK_TOKEN: token }, fake.terminal);
  return { exitCode, out: fake.out(), noted: fake.notes.join('\n') };
}

describe('an erasure request', () => {
  let path: string;
  const idOf = async (subject: string) =>
    (await messagesOf(path)).find((item) => item.subject === subject)?.archiveId ?? '';
  let ids: { readonly [name: string]: string };
  let holdId: string;

  beforeAll(async () => {
    await deliver('eve@example.net', 'ann@example.org', 'erase one');
    await deliver('eve@example.net', 'ann@example.org', 'erase kept');
    await deliver('eve@example.net', 'ann@example.org', 'erase merger');
    await deliver('eve@books.example', 'ann@example.org', 'erase invoice');
    await deliver('mallory@example.net', 'ann@example.org', 'erase nothing');
    await api.post('/retention-policies', {
      name: 'books',
      minimum: { years: 10 },
      conditions: { senders: ['eve@books.example'] },
    });
    await api.indexed();
    const about = { name: 'case', matter: '1', reason: 'r' };
    ({ holdId } = await api.post('/legal-holds', { ...about, scope: { query: 'subject:merger' } }));
  });

  test('finds what is about a person, and says of each message what keeps it', async () => {
    const addresses = ['eve@example.net', 'eve@books.example'];
    const erasure = await made('erasure-requests', { reference: '17/2026', scope: { addresses } });
    ({ path } = erasure);
    expect(erasure.request).toMatchObject({
      state: 'found',
      reference: '17/2026',
      action: 'purge',
      found: { messages: 4, free: 2, legalHold: 1, underRetention: 1, objectLocked: 0, undecided: 0 },
    });
    const items = await messagesOf(path);
    expect(items.map(({ subject, block }) => [subject, block?.reason])).toEqual([
      ['erase invoice', 'under_retention'],
      ['erase kept', undefined],
      ['erase merger', 'legal_hold'],
      ['erase one', undefined],
    ]);
    expect(items[2]).toMatchObject({ action: 'purge', state: 'waiting', block: { holdIds: [holdId] } });
    expect(items[0]?.mailboxIds).toEqual([ann, endpoint.mailboxId].toSorted());
    ids = Object.fromEntries(items.map(({ subject, archiveId }) => [subject.slice('erase '.length), archiveId]));
  });

  test('does as was chosen once it is approved, and certifies it', async () => {
    await api.post(`${path}/messages/${await idOf('erase kept')}`, { action: 'keep', reason: 'a contract' }, 'PATCH');
    expect((await messagesOf(path, '?action=keep')).map(({ chosen }) => chosen)).toMatchObject([
      { by: 'admin', reason: 'a contract' },
    ]);
    const { jobId } = await api.post(`${path}/approve`, {});
    expect(await settled(path)).toMatchObject({
      state: 'open',
      approvedBy: ['admin'],
      results: { purged: 1, removed: 0, kept: 1, blocked: 2, gone: 0 },
      lastJob: { jobId, kind: 'erasure' },
    });
    expect((await messagesOf(path, '?state=blocked')).map(({ block }) => block.reason).toSorted()).toEqual([
      'legal_hold',
      'under_retention',
    ]);
    const file = (name: string) => join(running.dataDir, name);
    expect((await commandLine('certificate', jobId, '--output', file('erasure.json'))).exitCode).toBe(0);
    expect((await commandLine('certificate', 'key', '--output', file('key.json'))).exitCode).toBe(0);
    const verified = await commandLine('verify-certificate', file('erasure.json'), '--key', file('key.json'));
    expect([verified.exitCode, verified.out]).toEqual([0, expect.stringContaining(`job ${jobId}: 1 message,`)]);
  });

  test('takes what is gone, and what is blocked, from its readers; auditors see the latter', async () => {
    const seen = async (by: Api) =>
      Object.fromEntries(
        await Promise.all(
          ['one', 'kept', 'merger', 'invoice'].map(async (name) => [
            name,
            (await by.fetch(`/messages/${ids[name]}`)).status,
          ]),
        ),
      );
    expect(await seen(carol)).toEqual({ one: 404, kept: 200, merger: 404, invoice: 404 });
    expect(await seen(api)).toEqual({ one: 404, kept: 200, merger: 404, invoice: 404 });
    const auditor = new Api(api.origin);
    const { userName, password } = await api.post('/auditors', { expiresAt: '2100-01-01' });
    await auditor.signIn(userName, password);
    expect(await seen(auditor)).toEqual({ one: 404, kept: 200, merger: 200, invoice: 200 });
    const listed = (await carol.get(`/mailboxes/${ann}/messages`)).items.map(({ subject }: Answer) => subject);
    expect(listed.toSorted()).toEqual(['erase kept', 'erase nothing']);
  });

  test('deletes what a hold kept on the day after that has ended', async () => {
    await api.post(`/legal-holds/${holdId}/release`, { reason: 'settled' });
    await nextDay();
    await until('the second purge', () => api.get(path), { isWanted: ({ results }) => results.purged === 2 });
    expect(await settled(path)).toMatchObject({ state: 'open', results: { purged: 2, kept: 1, blocked: 1 } });
    const states = (await messagesOf(path)).map(({ archiveId, state }) => [archiveId, state]);
    expect(Object.fromEntries(states)).toMatchObject({
      [ids.merger ?? '']: 'purged',
      [ids.one ?? '']: 'purged',
      [ids.invoice ?? '']: 'blocked',
      [ids.kept ?? '']: 'kept',
    });
  });

  test('is ended by whoever says why, and what it restricted is shown again', async () => {
    expect(await statusOf(api, `${path}/approve`, 'POST', {})).toEqual([409, 'conflict']);
    expect(await api.post(`${path}/close`, { reason: 'answered' })).toMatchObject({
      state: 'closed',
      closedBy: 'admin',
      closeReason: 'answered',
    });
    const status = async () => (await carol.fetch(`/messages/${ids.invoice}`)).status;
    await until('it to be shown', status, { isWanted: (now) => now === 200 });
    const { items } = await api.get(`/audit-events?object=${path.split('/')[2]}&limit=200`);
    const actions = new Set(items.map(({ action }: Answer) => action));
    for (const action of ['requests.create', 'requests.approve', 'requests.close', 'read.list']) {
      expect(actions).toContain(action);
    }
    expect(JSON.stringify(items)).not.toContain('eve@');
  });
});

describe('while four eyes are on', () => {
  beforeAll(async () => {
    for (const subject of ['first', 'second', 'third']) {
      await deliver('fred@example.net', 'ann@example.org', `twice ${subject}`);
    }
    await api.indexed();
    await api.put('/compliance', { fourEyes: true });
  });

  afterAll(async () => {
    const { approvalId } = await api.put('/compliance', { fourEyes: false });
    await second.post(`/approvals/${approvalId}/approve`, {});
  });

  test('a second administrator approves what the first one saw, and nothing that was chosen since', async () => {
    const { path } = await made('erasure-requests', { scope: { addresses: ['fred@example.net'] } });
    const [first, other] = await messagesOf(path);
    const choose = (archiveId: string, action: string) =>
      api.post(`${path}/messages/${archiveId}`, { action, reason: 'r' }, 'PATCH');
    for (const { archiveId } of [first, other]) await choose(archiveId, 'keep');
    const { approvalId } = await api.post(`${path}/approve`, {});
    expect((await api.get(path)).state).toBe('found');
    await aMoment();
    await choose(first.archiveId, 'purge');
    expect(await statusOf(api, `/approvals/${approvalId}/approve`, 'POST', {})).toEqual([403, 'forbidden']);
    await second.post(`/approvals/${approvalId}/approve`, {});
    expect(await settled(path)).toMatchObject({
      state: 'closed',
      approvedBy: ['admin', 'second'],
      results: { purged: 1, kept: 2, blocked: 0 },
    });
  });

  test('what was looked for again is approved again', async () => {
    const { path } = await made('erasure-requests', { scope: { addresses: ['fred@example.net'] } });
    const { approvalId } = await api.post(`${path}/approve`, {});
    await aMoment();
    await api.post(`${path}/find`, {});
    await settled(path);
    expect(await statusOf(second, `/approvals/${approvalId}/approve`, 'POST', {})).toEqual([409, 'conflict']);
    expect(await api.get(path)).toMatchObject({ state: 'found' });
    await api.post(`${path}/close`, { reason: 'withdrawn' });
  });

  test('people delete their own mail in bulk all the same', async () => {
    await deliver('news@example.net', 'bob@example.org', 'newsletter');
    await api.indexed();
    const { path, request } = await made('bulk-deletions', { scope: { mailboxes: [bobs], query: 'newsletter' } }, bob);
    expect(request).toMatchObject({ action: 'remove', found: { messages: 1, free: 1 } });
    await bob.post(`${path}/approve`, {});
    expect(await settled(path, bob)).toMatchObject({ state: 'closed', approvedBy: ['bob'], results: { blocked: 0 } });
    expect((await bob.get(`/mailboxes/${bobs}/messages`)).items).toEqual([]);
  });
});

describe('a bulk deletion', () => {
  test('by a person is of their own mailboxes, and theirs alone', async () => {
    const post = (by: Api, body: object) => statusOf(by, '/bulk-deletions', 'POST', { name: 'n', ...REASON, ...body });
    expect(await post(bob, { scope: { mailboxes: [ann] } })).toEqual([404, 'not_found']);
    expect(await post(carol, { scope: { mailboxes: [ann] } })).toEqual([403, 'forbidden']);
    expect(await post(bob, { scope: { query: 'x' } })).toEqual([400, 'invalid_request']);
    expect(await post(bob, { scope: { mailboxes: [bobs] }, action: 'purge' })).toEqual([400, 'invalid_request']);
    await deliver('mallory@example.net', 'bob@example.org', 'bulk minutes');
    await api.indexed();
    const { path } = await made('bulk-deletions', { scope: { mailboxes: [bobs], query: 'minutes' } }, bob);
    for (const more of ['', '/messages']) {
      expect(await statusOf(carol, `${path}${more}`)).toEqual([404, 'not_found']);
      expect((await statusOf(api, `${path}${more}`))[0]).toBe(200);
    }
    expect(await statusOf(carol, `${path}/approve`, 'POST', {})).toEqual([404, 'not_found']);
    expect((await carol.get('/bulk-deletions')).items).toEqual([]);
    expect(await messagesOf(path, '', bob)).toMatchObject([{ subject: 'bulk minutes', mailboxIds: [bobs] }]);
    await api.put(`/mailboxes/${bobs}/access/bob`, { privileges: ['read'] });
    expect(await statusOf(bob, `${path}/approve`, 'POST', {})).toEqual([403, 'forbidden']);
    expect((await bob.post(`${path}/close`, { reason: 'never mind' })).state).toBe('closed');
    await api.put(`/mailboxes/${bobs}/access/bob`, { privileges: ['read', 'delete'] });
  });

  test('on the command line finds, says how much, deletes and tells what became of it', async () => {
    for (const number of [1, 2, 3]) await deliver('spam@example.net', 'ann@example.org', `phish ${number}`);
    await api.indexed();
    const asked = await commandLine('bulk-delete', '--query', 'subject:phish');
    expect([asked.exitCode, asked.noted]).toEqual([1, expect.stringContaining('--yes is not given')]);
    const { exitCode, out, noted } = await commandLine('bulk-delete', '--query', 'subject:phish', '--yes');
    expect(noted).toContain('found 3 messages');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('purged 3, removed 0, kept 0, blocked 0, gone 0')]);
    const nothing = await commandLine('bulk-delete', '--query', 'subject:phish', '--mailbox', 'ann', '--yes');
    expect([nothing.exitCode, nothing.out]).toEqual([0, expect.stringContaining('nothing to delete')]);
  });

  test('waits while deletion is switched off', async () => {
    const { path } = await made('bulk-deletions', { scope: { query: 'subject:kept' } });
    await api.put('/settings/deletion', { allowed: false });
    expect(await statusOf(api, `${path}/approve`, 'POST', {})).toEqual([403, 'forbidden']);
    await api.put('/settings/deletion', { allowed: true });
    await api.post(`${path}/close`, { reason: 'tried out' });
  });
});

test('an access request gives a copy, released by two administrators, to those two', async () => {
  await deliver('gina@example.net', 'ann@example.org', 'access one');
  await deliver('ann@example.org', 'gina@example.net', 'access two');
  await api.indexed();
  const { path, request } = await made('access-requests', { scope: { addresses: ['gina@example.net'] } });
  expect(request).toMatchObject({ action: 'keep', found: { messages: 2 } });
  expect(request.dueAt).toBeDefined();
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-copy-'));
  const download = () => commandLine('access-requests', 'export', request.requestId, '--output', directory);
  const waiting = await download();
  expect(waiting.out).toContain('waits for a second administrator');
  const approvalId = /as (\S+);/.exec(waiting.out)?.[1];
  await second.post(`/approvals/${approvalId}/approve`, {});
  const { exitCode, out } = await download();
  expect([exitCode, out]).toEqual([0, expect.stringContaining('part-1.zip')]);
  const [file = ''] = await readdir(directory);
  const zip = await readFile(join(directory, file));
  expect([zip.subarray(0, 2).toString(), zip.includes('index.csv'), zip.includes('.eml')]).toEqual(['PK', true, true]);
  await rm(directory, { recursive: true });
  const exported = await api.get(`${path}/export`);
  expect(exported.parts).toMatchObject([{ part: 1, messages: 2 }]);
  expect((await statusOf(second, `${path}/export/1`))[0]).toBe(303);
  expect(await statusOf(third, `${path}/export/1`)).toEqual([403, 'content_blocked']);
  expect(await statusOf(api, `${path}/export/2`)).toEqual([404, 'not_found']);
});
