import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const POLICY = { policyId: 'rp-1', version: 2, name: 'Books', priority: 0, countedFrom: 'archived', conditions: {} };
const FOR_SOME = {
  ...POLICY,
  conditions: {
    senders: ['ann@example.org', 'bob@example.org', 'eve@example.org'],
    query: 'invoice '.repeat(20),
    largerThanBytes: 2_000_000,
  },
};
const SECOND = { ...POLICY, changedAt: '2026-03-01T10:00:00.000Z', changedBy: 'admin', approvedBy: 'second' };
const NONE = { messages: 0, bytes: 0 };
const PREVIEW = {
  jobId: 'job-1',
  isDone: true,
  asOf: '2026-03-01T10:00:00.000Z',
  today: { messages: 3, bytes: 4_000 },
  months: [{ until: '2026-04-02T00:00:00.000Z', messages: 2, bytes: 100 }],
  held: NONE,
  undecided: NONE,
  policies: [{ policyId: 'rp-1', name: 'Books', messages: 5, bytes: 4_100 }],
  examples: [{ archiveId: '1-abc', dueAt: '2026-02-01T00:00:00.000Z', policyName: 'Books', isHeld: true }],
};
let directory: string;
let api: Awaited<ReturnType<typeof startFakeApi>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
  const minimum = { years: 10, endOfCalendarYear: true };
  api = await startFakeApi({
    'GET /retention-policies': { json: { items: [{ ...POLICY, minimum, maximum: { days: 1 } }, FOR_SOME] } },
    'GET /retention-policies/rp-1': { json: POLICY },
    'GET /retention-policies/rp-1/versions': { json: { items: [SECOND, POLICY] } },
    'POST /retention-policies': { status: 201, json: POLICY },
    'PATCH /retention-policies/rp-1': { status: 202, json: { approvalId: 'ap-1' } },
    'DELETE /retention-policies/rp-1': { status: 204 },
    'POST /retention-policies/preview': { status: 202, json: { jobId: 'job-1' } },
    'GET /retention-policies/preview': { json: PREVIEW },
    'GET /messages/1-gone/retention': {
      json: {
        state: 'purged',
        archivedAt: '2026-02-01T10:00:00.000Z',
        receivedAt: '2026-02-01T10:00:00.000Z',
        purgedAt: '2026-03-01T10:00:00.000Z',
        cause: 'retention',
        policy: { policyId: 'rp-1', version: 2, name: 'Books' },
        jobId: 'job-1',
        bytesLocked: { objects: 2, until: '2026-04-01T00:00:00.000Z' },
      },
    },
    'GET /messages/1-rest/retention': {
      json: { state: 'purged', purgedAt: '2026-03-01T10:00:00.000Z', bytesLocked: { objects: 1 } },
    },
    'GET /messages/1-held/retention': {
      json: { state: 'kept', archivedAt: '2026-03-01T10:00:00.000Z', isHeld: true },
    },
    'GET /messages/1-kept/retention': {
      json: { state: 'kept', archivedAt: '2026-03-01T10:00:00.000Z', isHeld: false },
    },
    'GET /messages/1-abc/retention': {
      json: {
        state: 'under_minimum',
        archivedAt: '2026-03-01T10:00:00.000Z',
        minimumUntil: '2037-01-01T00:00:00.000Z',
        minimumBy: { policyId: 'rp-1', version: 2, name: 'Books' },
        lockedUntil: '2031-01-01T00:00:00.000Z',
        isHeld: true,
      },
    },
  });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

async function call(...words: string[]) {
  const fake = fakeTerminal({ columns: 200 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['retention', ...words], environment, fake.terminal);
  return { exitCode, seen: api.seen, out: fake.out(), err: fake.notes.join('\n') };
}

test.each<[string[], string, unknown]>([
  [
    ['create', 'Books', '--minimum', '10y-end', '--priority=-3', '--conditions', '{"domains":["example.org"]}'],
    'POST /retention-policies',
    {
      name: 'Books',
      minimum: { years: 10, endOfCalendarYear: true },
      priority: -3,
      conditions: { domains: ['example.org'] },
    },
  ],
  [
    ['create', 'All', '--default', '--maximum', '30d'],
    'POST /retention-policies',
    { name: 'All', isDefault: true, maximum: { days: 30 } },
  ],
  [
    ['change', 'rp-1', '--minimum', 'none', '--name', 'x'],
    'PATCH /retention-policies/rp-1',
    { name: 'x', minimum: null },
  ],
  [['retire', 'rp-1'], 'DELETE /retention-policies/rp-1', undefined],
])('%j asks for %s', async (words, asked, body) => {
  const { exitCode, seen } = await call(...words);
  const last = seen.at(-1);
  expect([exitCode, `${last?.method} ${last?.path}`, last?.body]).toEqual([0, asked, body]);
});

test('the list tells times in words', async () => {
  const { out } = await call();
  for (const text of ['rp-1', 'Books', '10 years, to the end of the year', '1 day', 'all mail'])
    expect(out).toContain(text);
});

test('the list says which mail a policy is for, in short', async () => {
  const { out } = await call();
  for (const text of ['senders: ann@example.org, +2', 'query: invoice invoice', '…', 'larger than: 2.0 MB'])
    expect(out).toContain(text);
  expect(out).not.toContain('invoice '.repeat(10));
});

test('versions say when they were made, and by whom', async () => {
  const { out } = await call('versions', 'rp-1');
  for (const text of ['2026-03-01', 'admin, approved by second', 'Books']) expect(out).toContain(text);
});

test('what waits for a second administrator is said to', async () => {
  expect((await call('change', 'rp-1', '--minimum', '1y')).out).toContain('waits for a second administrator as ap-1');
});

test('why a message is kept', async () => {
  const { out } = await call('why', '1-abc');
  for (const text of [
    'nobody can delete it yet',
    '2037-01-01',
    'Books (rp-1, version 2)',
    'legal hold',
    '2031-01-01',
  ]) {
    expect(out).toContain(text);
  }
});

test.each([
  ['1-kept', 'kept; people may delete it\narchived'],
  ['1-held', 'kept\nunder a legal hold: it stays\narchived'],
  ['1-rest', 'storage kept 1 object of it until its locks end'],
])('why %s is there or not: %j', async (archiveId, expected) => {
  expect((await call('why', archiveId)).out).toContain(expected);
});

test('why a message went', async () => {
  const { out } = await call('why', '1-gone');
  const expected = [
    'purged 2026-03-01 10:00',
    'past its maximum',
    'Books (rp-1, version 2)',
    'job job-1',
    'kept 2 objects of it until 2026-04-01',
  ];
  for (const text of expected) expect(out).toContain(text);
});

test('a preview of policies in a file', async () => {
  const file = join(directory, 'policies.json');
  await writeFile(file, JSON.stringify([{ name: 'Books', maximum: { days: 1 } }]));
  const { out, seen } = await call('preview', '--policies', file);
  expect(seen[0]?.body).toEqual({ policies: [{ name: 'Books', maximum: { days: 1 } }] });
  for (const text of ['today: 3 messages', '2 messages', 'because of Books', '1-abc']) expect(out).toContain(text);
});

test('a preview of what would be otherwise', async () => {
  const file = join(directory, 'changes.json');
  const changes = { changes: [{ policyId: 'rp-1', maximum: null }], without: ['rp-2'] };
  await writeFile(file, JSON.stringify(changes));
  expect((await call('preview', '--policies', file)).seen[0]?.body).toEqual(changes);
});

test('a file that cannot be read is named', async () => {
  const { err } = await call('preview', '--policies', '/nonexistent/policies.json');
  expect(err).toContain('cannot read /nonexistent/policies.json (ENOENT)');
  expect(err).not.toContain('should not happen');
});

test('a time below nothing is said to be none', async () => {
  expect((await call('create', 'x', '--maximum', '-5d')).err).toContain('--maximum=');
  expect((await call('create', 'x', '--maximum=-5d')).err).toContain('30d');
});

test.each([
  [['create', 'x', '--minimum', '10']],
  [['create', 'x', '--priority', 'high']],
  [['create', 'x', '--conditions', 'mailbox']],
  [['create', 'x', '--maximum', '-5d']],
  [['create', 'x', '--maximum=-5d']],
  [['change', 'rp-1']],
  [['preview', '--policies', '/nonexistent/policies.json']],
  [['create']],
])('%j is no call', async (words) => {
  const { exitCode, seen } = await call(...words);
  expect([exitCode, seen.length]).toEqual([2, 0]);
});
