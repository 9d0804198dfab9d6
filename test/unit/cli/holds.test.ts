import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const HOLD = {
  holdId: 'hold-1',
  name: 'Smith v Jones',
  matter: '17/2026',
  reason: 'litigation',
  scope: { mailboxes: ['mb-1'], addresses: ['x@example.net'], from: '2026-01-01T00:00:00.000Z', query: 'merger' },
  state: 'active',
  createdAt: '2026-03-01T10:00:00.000Z',
  createdBy: 'admin',
  reviewAt: '2026-09-01T00:00:00.000Z',
};
const MESSAGE = {
  archiveId: '1-a',
  date: '2026-02-01T10:00:00.000Z',
  from: { name: 'Ann', address: 'ann@example.org' },
  to: [{ address: 'bob@example.org' }],
  subject: 'Merger',
};
const MAILBOX = { mailboxId: 'mb-1', name: 'ann', primaryAddress: 'ann@example.org' };

let directory: string;
let covered: { readonly status?: number; readonly json: object };
let api: Awaited<ReturnType<typeof startFakeApi>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
  covered = { json: { items: [MESSAGE], total: 50_000, totalIsExact: true, quarantined: 2 } };
  api = await startFakeApi({
    'GET /mailboxes': { json: { items: [MAILBOX] } },
    'GET /legal-holds': { json: { items: [HOLD] } },
    'GET /legal-holds/hold-1': { json: HOLD },
    'POST /legal-holds': { status: 201, json: HOLD },
    'PATCH /legal-holds/hold-1': { json: HOLD },
    'POST /legal-holds/hold-1/release': { json: { ...HOLD, state: 'released', jobId: 'job-2' } },
    'POST /legal-holds/hold-1/jobs': { status: 202, json: { jobId: 'job-1' } },
    'GET /legal-holds/hold-1/messages': () => covered,
    'GET /legal-holds/hold-1/quarantine': { json: { items: [{ id: 'q-1', reason: 'poison' }] } },
    'POST /legal-holds/hold-2/release': { status: 202, json: { approvalId: 'approval-1' } },
  });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

async function call(...words: string[]) {
  const fake = fakeTerminal({ columns: 250 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['holds', ...words], environment, fake.terminal);
  // A hold that was made is counted besides.
  const { method, path, body } = api.seen.findLast((one) => !one.path.endsWith('/messages?limit=1')) ?? {};
  return { exitCode, asked: [`${method} ${path}`, body], out: fake.out(), noted: fake.notes.join('\n') };
}

const ABOUT = ['--matter', '17/2026', '--reason', 'litigation'];
const NAMED = { name: 'Smith v Jones', matter: '17/2026', reason: 'litigation' };

test.each<[string[], string, unknown]>([
  [
    ['create', 'Smith v Jones', ...ABOUT, '--everything'],
    'POST /legal-holds',
    { ...NAMED, scope: { everything: true } },
  ],
  [
    ['create', 'Smith v Jones', ...ABOUT, '--mailbox', 'ANN', '--address', 'x@example.net', '--review', '2027-01-01'],
    'POST /legal-holds',
    { ...NAMED, scope: { mailboxes: ['mb-1'], addresses: ['x@example.net'] }, reviewAt: '2027-01-01' },
  ],
  [
    ['create', 'Smith v Jones', ...ABOUT, '--query', 'merger', '--from', '2025-01-01', '--to', '2026-01-01'],
    'POST /legal-holds',
    { ...NAMED, scope: { query: 'merger', from: '2025-01-01', to: '2026-01-01' } },
  ],
  [['list', '--state', 'active'], 'GET /legal-holds?state=active&limit=50', undefined],
  [['show', 'hold-1'], 'GET /legal-holds/hold-1', undefined],
  [['quarantine', 'hold-1'], 'GET /legal-holds/hold-1/quarantine?limit=50', undefined],
  [['review', 'hold-1', '2027-01-01'], 'PATCH /legal-holds/hold-1', { reviewAt: '2027-01-01' }],
  [['review', 'hold-1', 'never'], 'PATCH /legal-holds/hold-1', { reviewAt: null }],
  [['lock', 'hold-1'], 'POST /legal-holds/hold-1/jobs', {}],
  [['release', 'hold-1', '--reason', 'settled'], 'POST /legal-holds/hold-1/release', { reason: 'settled' }],
])('%j asks for %s', async (words, asked, body) => {
  expect(await call(...words)).toMatchObject({ exitCode: 0, asked: [asked, body] });
});

test('the list shows what is held, for what, and until when nobody looks', async () => {
  const { out } = await call();
  for (const text of [
    'Smith v Jones',
    '17/2026',
    'active',
    '2026-09-01',
    'mb-1',
    'x@example.net',
    'merger',
    'hold-1',
  ]) {
    expect(out).toContain(text);
  }
});

test('messages come with how many there are', async () => {
  const { out, noted } = await call('messages', 'hold-1');
  expect(out).toContain('Merger');
  expect(noted).toContain('50000 messages, and 2 inputs in quarantine');
});

describe('a hold that is made', () => {
  const create = () => call('create', 'Smith v Jones', ...ABOUT, '--everything');

  test('says how much it covers now', async () => {
    expect((await create()).out).toContain('covers 50000 messages, and 2 inputs in quarantine so far');
    covered = { json: { items: [], total: 7, totalIsExact: false, quarantined: 0 } };
    expect((await create()).out).toContain('covers at least 7 messages, and 0 inputs in quarantine so far');
    expect((await create()).out).not.toContain('look whether');
  });

  test('asks to look again where it covers no message', async () => {
    covered = { json: { items: [], total: 0, totalIsExact: true, quarantined: 0 } };
    expect((await create()).out).toContain('covers 0 messages, and 0 inputs in quarantine so far: look whether');
  });

  test('is made also where that cannot be counted', async () => {
    covered = { status: 500, json: { error: { code: 'x', message: 'x' } } };
    const { exitCode, out } = await create();
    expect([exitCode, out]).toEqual([0, expect.stringContaining('"letterlock holds messages hold-1" does')]);
  });

  test('is answered with that to programs, too', async () => {
    const { out } = await call('create', 'Smith v Jones', ...ABOUT, '--everything', '--json');
    expect(JSON.parse(out)).toMatchObject({ holdId: 'hold-1', covers: { total: 50_000, quarantined: 2 } });
  });
});

test('a release names the job that lifts its locks', async () => {
  const { out } = await call('release', 'hold-1', '--reason', 'settled');
  expect(out).toContain('released hold-1\n');
  expect(out).toContain('"letterlock jobs show job-2 --follow"');
});

test('a release that waits for a second administrator says so', async () => {
  const { exitCode, out } = await call('release', 'hold-2', '--reason', 'settled');
  expect([exitCode, out]).toEqual([0, expect.stringContaining('waits for a second administrator: approval-1')]);
});

test.each([
  [['create', 'x', '--everything'], 'a hold has --matter and --reason'],
  [['release', 'hold-1'], 'a release has a --reason'],
])('%j is wrong: %s', async (words, told) => {
  const { exitCode, noted } = await call(...words);
  expect([exitCode, noted]).toEqual([2, expect.stringContaining(told)]);
});
