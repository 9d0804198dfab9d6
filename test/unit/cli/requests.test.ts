import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { type FakeRoutes, startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const FOUND = {
  foundAt: '2026-03-01T10:01:00.000Z',
  messages: 12,
  bytes: 3_400,
  free: 9,
  legalHold: 2,
  underRetention: 1,
  objectLocked: 0,
  undecided: 0,
};
const REQUEST = {
  requestId: 'erasure-1',
  kind: 'erasure',
  name: 'Ann Smith',
  reference: '17/2026',
  reason: 'she asked for it',
  scope: { addresses: ['ann@example.org'], query: 'ann' },
  action: 'purge',
  state: 'found',
  createdAt: '2026-03-01T10:00:00.000Z',
  createdBy: 'admin',
  dueAt: '2026-04-01T10:00:00.000Z',
  found: FOUND,
  jobIds: ['job-1'],
  lastJob: { jobId: 'job-1', kind: 'find-messages', state: 'finished', outcome: 'succeeded' },
};
const BULK = { ...REQUEST, requestId: 'bulk-deletion-1', kind: 'bulk-deletion', name: 'bulk deletion' };
const DONE = {
  ...BULK,
  state: 'closed',
  results: { purged: 9, removed: 0, kept: 0, blocked: 3, gone: 0 },
  lastJob: { jobId: 'job-2', kind: 'bulk-deletion', state: 'finished', outcome: 'completedWithErrors' },
};
const ACCESS = { ...REQUEST, requestId: 'access-1', kind: 'access', action: 'keep' };
const EXPORT = { parts: [{ part: 1 }, { part: 3 }], expiresAt: '2026-03-08T10:00:00.000Z' };
const MESSAGE = {
  archiveId: '1-a',
  date: '2026-02-01T10:00:00.000Z',
  from: { name: 'Ann', address: 'ann@example.org' },
  to: [{ address: 'bob@example.org' }],
  subject: 'Merger',
  action: 'purge',
  state: 'blocked',
  block: {
    reason: 'under_retention',
    until: '2037-01-01T00:00:00.000Z',
    policies: [{ policyId: 'rp-1', version: 1, name: 'Books' }],
  },
};
const QUARANTINED = { id: 'q-1', receivedAt: '2026-02-01T10:00:00.000Z', sizeBytes: 2_000, reason: 'not_a_message' };
const MAILBOX = { mailboxId: 'mb-1', name: 'ann', primaryAddress: 'ann@example.org' };

let directory: string;
let api: Awaited<ReturnType<typeof startFakeApi>>;

const served = (more: FakeRoutes = {}): FakeRoutes => ({
  'GET /mailboxes': { json: { items: [MAILBOX] } },
  'GET /erasure-requests': { json: { items: [REQUEST] } },
  'POST /erasure-requests': { status: 201, json: { ...REQUEST, state: 'finding' } },
  'GET /erasure-requests/erasure-1': { json: REQUEST },
  'PATCH /erasure-requests/erasure-1': { json: REQUEST },
  'POST /erasure-requests/erasure-1/find': { status: 202, json: { jobId: 'job-1' } },
  'GET /erasure-requests/erasure-1/messages': { json: { items: [MESSAGE] } },
  'GET /erasure-requests/erasure-1/quarantine': { json: { items: [QUARANTINED] } },
  'PATCH /erasure-requests/erasure-1/messages/1-a': { json: { ...MESSAGE, action: 'keep' } },
  'POST /erasure-requests/erasure-1/approve': { status: 202, json: { jobId: 'job-2' } },
  'POST /erasure-requests/erasure-1/resume': { status: 202, json: { jobId: 'job-3' } },
  'POST /erasure-requests/erasure-2/approve': { status: 202, json: { approvalId: 'approval-1' } },
  'POST /erasure-requests/erasure-1/close': { json: { ...REQUEST, state: 'closed' } },
  ...more,
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

async function call(routes: FakeRoutes, words: readonly string[], answer?: string) {
  api = await startFakeApi(routes);
  const fake = fakeTerminal({ columns: 250, ...(answer === undefined ? {} : { answer }) });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(words, environment, fake.terminal);
  const asked = api.seen.map(({ method, path }) => `${method} ${path}`);
  const { body } = api.seen.at(-1) ?? {};
  return { exitCode, asked, body, out: fake.out(), noted: fake.notes.join('\n'), questions: fake.questions };
}

describe('erasure', () => {
  const erasure = (...words: string[]) => call(served(), ['erasure', ...words]);

  test.each<[string[], string, unknown]>([
    [
      ['create', 'Ann', '--reason', 'r', '--address', 'ann@example.org', '--due', '2026-04-01', '--reference', '17'],
      'POST /erasure-requests',
      { name: 'Ann', reason: 'r', scope: { addresses: ['ann@example.org'] }, reference: '17', dueAt: '2026-04-01' },
    ],
    [
      ['create', 'Ann', '--reason', 'r', '--mailbox', 'ANN', '--query', 'x', '--from', '2025-01-01'],
      'POST /erasure-requests',
      { name: 'Ann', reason: 'r', scope: { mailboxes: ['mb-1'], query: 'x', from: '2025-01-01' } },
    ],
    [['list', '--state', 'open'], 'GET /erasure-requests?state=open&limit=50', undefined],
    [['show', 'erasure-1'], 'GET /erasure-requests/erasure-1', undefined],
    [
      ['messages', 'erasure-1', '--state', 'blocked', '--action', 'purge'],
      'GET /erasure-requests/erasure-1/messages?state=blocked&action=purge&limit=50',
      undefined,
    ],
    [['quarantine', 'erasure-1', '--limit', '7'], 'GET /erasure-requests/erasure-1/quarantine?limit=7', undefined],
    [
      ['change', 'erasure-1', '--due', 'none', '--name', 'x'],
      'PATCH /erasure-requests/erasure-1',
      { name: 'x', dueAt: null },
    ],
    [['find', 'erasure-1'], 'POST /erasure-requests/erasure-1/find', {}],
    [
      ['choose', 'erasure-1', '1-a', 'keep', '--reason', 'r'],
      'PATCH /erasure-requests/erasure-1/messages/1-a',
      { action: 'keep', reason: 'r' },
    ],
    [['approve', 'erasure-1'], 'POST /erasure-requests/erasure-1/approve', {}],
    [['resume', 'erasure-1'], 'POST /erasure-requests/erasure-1/resume', {}],
    [['close', 'erasure-1', '--reason', 'r'], 'POST /erasure-requests/erasure-1/close', { reason: 'r' }],
  ])('%j asks for %s', async (words, wanted, body) => {
    const { exitCode, asked, body: sent } = await erasure(...words);
    expect([exitCode, asked.at(-1), sent]).toEqual([0, wanted, body]);
  });

  test('the list shows what there is, since when, until when and about what', async () => {
    const { out } = await erasure();
    for (const text of ['Ann Smith', '17/2026', '2026-04-01', 'found', '12', 'ann@example.org', 'erasure-1']) {
      expect(out).toContain(text);
    }
  });

  test('a request shows what it found and what keeps it', async () => {
    const { out } = await erasure('show', 'erasure-1');
    expect(out).toContain('found 12 messages');
    expect(out).toContain(
      'as found 2026-03-01 10:01: 9 that nothing keeps; 2 under a legal hold; 1 under a retention minimum',
    );
  });

  test.each<[string, string, object, boolean]>([
    ['erasure', '/erasure-requests/erasure-1', { quarantineLeft: true }, true],
    ['access-requests', '/access-requests/access-1', { quarantineLeft: true }, true],
    ['erasure', '/erasure-requests/erasure-1', { quarantineLeft: false }, false],
    ['erasure', '/erasure-requests/erasure-1', {}, false],
  ])('%s show says of what it found in quarantine whether any is left', async (command, path, left, says) => {
    const id = path.split('/')[2] ?? '';
    const request = command === 'erasure' ? REQUEST : ACCESS;
    const json = { ...request, ...left, found: { ...FOUND, quarantined: 3 } };
    const { out } = await call(served({ [`GET ${path}`]: { json } }), [command, 'show', id]);
    expect(out.includes('3 in quarantine may concern them')).toBe(says);
    expect(out.includes(`letterlock ${command} quarantine ${id}`)).toBe(says);
  });

  test('what it found in quarantine shows when that came, and why it could not be filed', async () => {
    const { out } = await erasure('quarantine', 'erasure-1');
    for (const text of ['2026-02-01 10:00', 'not_a_message', 'q-1']) expect(out).toContain(text);
  });

  test('its messages show what becomes of them and what keeps them', async () => {
    const { out } = await erasure('messages', 'erasure-1');
    for (const text of ['Merger', 'purge', 'blocked', 'retention (Books) to 2037-01-01', '1-a'])
      expect(out).toContain(text);
  });

  test('an approval that waits for a second administrator says so', async () => {
    const { exitCode, out } = await erasure('approve', 'erasure-2');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('waits for a second administrator as approval-1')]);
  });

  test('with --wait it tells what was found', async () => {
    const { exitCode, out } = await erasure('create', 'Ann', '--reason', 'r', '--query', 'ann', '--wait');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('found 12 messages')]);
  });

  test.each([
    [['create', 'x', '--query', 'x'], '--reason'],
    [['create', 'x', '--query', 'x', '--reason', 'x', '--action', 'remove'], 'choose'],
    [['choose', 'erasure-1', '1-a', 'keep'], '--reason'],
    [['close', 'erasure-1'], '--reason'],
    [['change', 'erasure-1'], '--due'],
    [['choose', 'erasure-1', '1-a'], 'usage'],
    [['export', 'erasure-1'], 'usage'],
  ])('%j is no call', async (words, told) => {
    const { exitCode, noted, asked } = await erasure(...words);
    expect([exitCode, asked, noted]).toEqual([2, [], expect.stringContaining(told)]);
  });
});

test('messages of an access request show which are kept back', async () => {
  const chosen = { by: 'admin', at: '2026-03-01T10:00:00.000Z', reason: 'invoice of a customer' };
  const items = [
    { ...MESSAGE, action: 'keep', archiveId: '1-a' },
    { ...MESSAGE, action: 'keep', archiveId: '1-b', chosen },
  ];
  const routes = {
    'GET /access-requests/access-1/messages': { json: { items } },
    'PATCH /access-requests/access-1/messages/1-b': { json: items[1] },
  };
  const { out } = await call(routes, ['access-requests', 'messages', 'access-1']);
  expect(out).toMatch(/ export .* 1-a\n/);
  expect(out).toMatch(/ withheld .* 1-b\n/);
  await api.close();
  const choice = await call(routes, ['access-requests', 'choose', 'access-1', '1-b', 'keep', '--reason', 'r']);
  expect(choice.out).toContain('1-b: withheld');
});

test.each([
  [['bulk-delete', '--yes'], '--yes stands beside a SCOPE'],
  [['bulk-delete', 'list', '--yes'], '--yes stands beside a SCOPE'],
  [['bulk-delete', '--query', '-x'], 'write a value that begins with a dash as --query=-VALUE'],
])('%j is no call', async (words, told) => {
  const { exitCode, noted, asked } = await call(served(), words);
  expect([exitCode, asked, noted]).toEqual([2, [], expect.stringContaining(told)]);
});

describe('bulk-delete with a scope', () => {
  const scope = ['--mailbox', 'ann', '--query', 'newsletter'];
  const routes = (more: FakeRoutes = {}) => {
    let isApproved = false;
    return served({
      'POST /bulk-deletions': { status: 201, json: { ...BULK, state: 'finding' } },
      'GET /bulk-deletions/bulk-deletion-1': () => ({ json: isApproved ? DONE : BULK }),
      'POST /bulk-deletions/bulk-deletion-1/approve': () => {
        isApproved = true;
        return { status: 202, json: { jobId: 'job-2' } };
      },
      'POST /bulk-deletions/bulk-deletion-1/close': { json: { ...BULK, state: 'closed' } },
      ...more,
    });
  };

  test('shows what is found, asks, deletes, and tells what became of it', async () => {
    const { exitCode, noted, out, asked, questions } = await call(routes(), ['bulk-delete', ...scope], 'yes');
    expect(asked).toEqual([
      'GET /mailboxes?limit=200',
      'POST /bulk-deletions',
      'GET /bulk-deletions/bulk-deletion-1',
      'POST /bulk-deletions/bulk-deletion-1/approve',
      'GET /bulk-deletions/bulk-deletion-1',
    ]);
    expect(noted).toContain('found 12 messages');
    expect(questions).toHaveLength(1);
    expect(out).toContain('purged 9, removed 0, kept 0, blocked 3, gone 0');
    expect(exitCode).toBe(10);
  });

  test('does not ask with --yes', async () => {
    const { questions, asked } = await call(routes(), ['bulk-delete', ...scope, '--yes']);
    expect([questions, asked.length]).toEqual([[], 5]);
  });

  test.each([['no'], [''], ['y'], [undefined]])('deletes nothing where the answer is %j', async (answer) => {
    const { exitCode, asked, noted } = await call(routes(), ['bulk-delete', ...scope], answer);
    expect([exitCode, asked.some((one) => one.endsWith('/approve'))]).toEqual([1, false]);
    expect(noted).toContain('bulk-delete messages bulk-deletion-1');
    expect(noted).toContain('"close bulk-deletion-1 --reason R"');
  });

  test('closes what found nothing', async () => {
    const nothing = { ...BULK, found: { ...FOUND, messages: 0, free: 0 } };
    const { exitCode, asked, out } = await call(routes({ 'GET /bulk-deletions/bulk-deletion-1': { json: nothing } }), [
      'bulk-delete',
      ...scope,
    ]);
    expect([exitCode, asked.at(-1)]).toEqual([0, 'POST /bulk-deletions/bulk-deletion-1/close']);
    expect(out).toContain('nothing to delete');
  });

  test('says so where not all could be looked for', async () => {
    const lastJob = { jobId: 'job-1', kind: 'find-messages', state: 'finished', outcome: 'failed' };
    const failed = { ...BULK, state: 'finding', lastJob };
    const { exitCode, out } = await call(routes({ 'GET /bulk-deletions/bulk-deletion-1': { json: failed } }), [
      'bulk-delete',
      ...scope,
    ]);
    expect([exitCode, out]).toEqual([11, expect.stringContaining('could not look for all of it')]);
  });

  test('says that a second administrator is waited for', async () => {
    const waiting = { status: 202, json: { approvalId: 'approval-1' } };
    const { exitCode, out } = await call(routes({ 'POST /bulk-deletions/bulk-deletion-1/approve': waiting }), [
      'bulk-delete',
      ...scope,
      '--yes',
    ]);
    expect([exitCode, out]).toEqual([0, expect.stringContaining('as approval-1')]);
  });

  test('without one lists', async () => {
    const { asked } = await call(routes({ 'GET /bulk-deletions': { json: { items: [] } } }), ['bulk-delete']);
    expect(asked).toEqual(['GET /bulk-deletions?limit=50']);
  });
});

describe('access-requests export', () => {
  const bytes = (text: string) => ({ bytes: text, headers: { 'content-type': 'application/zip' } });
  const routes = (more: FakeRoutes = {}) => {
    let isExported = false;
    return served({
      'GET /access-requests/access-1': { json: ACCESS },
      'GET /access-requests/access-1/export': () =>
        isExported
          ? { json: EXPORT }
          : { status: 404, json: { error: { code: 'not_found', message: 'nothing exported' } } },
      'POST /access-requests/access-1/export': () => {
        isExported = true;
        return { status: 202, json: { jobId: 'job-3' } };
      },
      'GET /access-requests/access-1/export/1': bytes('one'),
      'GET /access-requests/access-1/export/3': bytes('three'),
      ...more,
    });
  };
  const output = () => join(directory, 'copy');
  const exported = (more: FakeRoutes = {}) =>
    call(routes(more), ['access-requests', 'export', 'access-1', '--output', output()]);

  test('exports, waits, and downloads all parts into a folder', async () => {
    const { exitCode, out } = await exported();
    expect(exitCode).toBe(0);
    expect(await readFile(join(output(), 'access-1-part-1.zip'), 'utf8')).toBe('one');
    expect(await readFile(join(output(), 'access-1-part-3.zip'), 'utf8')).toBe('three');
    expect(out).toContain('until 2026-03-08');
  });

  test('downloads again what was exported', async () => {
    const { exitCode, asked } = await exported({ 'GET /access-requests/access-1/export': { json: EXPORT } });
    expect([exitCode, asked.some((one) => one.startsWith('POST'))]).toEqual([0, false]);
  });

  test('says that a second administrator is waited for', async () => {
    const waiting = { status: 202, json: { approvalId: 'approval-1' } };
    const { exitCode, out } = await exported({ 'POST /access-requests/access-1/export': waiting });
    expect([exitCode, out]).toEqual([0, expect.stringContaining('as approval-1')]);
  });

  test('exports anew where a part went with a message in it', async () => {
    const gone = { ...EXPORT, parts: [], deletedParts: [1] };
    let isAnew = false;
    const { exitCode, out } = await exported({
      'GET /access-requests/access-1/export': () => ({ json: isAnew ? EXPORT : gone }),
      'POST /access-requests/access-1/export': () => {
        isAnew = true;
        return { status: 202, json: { jobId: 'job-4' } };
      },
    });
    expect([exitCode, out]).toEqual([0, expect.stringContaining('access-1-part-3.zip')]);
  });

  test('exports anew where that is asked for', async () => {
    const { exitCode, asked } = await call(routes({ 'GET /access-requests/access-1/export': { json: EXPORT } }), [
      ...['access-requests', 'export', 'access-1', '--again', '--output', output()],
    ]);
    expect([exitCode, asked]).toEqual([0, expect.arrayContaining(['POST /access-requests/access-1/export'])]);
  });

  test('fails where the job did', async () => {
    const notThere = { status: 404, json: { error: { code: 'not_found', message: 'nothing exported' } } };
    const { exitCode, noted } = await exported({ 'GET /access-requests/access-1/export': notThere });
    expect([exitCode, noted]).toEqual([1, expect.stringContaining('nothing was exported')]);
  });
});

test.each([
  [['certificate', 'job-1'], 'GET /jobs/job-1/certificate'],
  [['certificate', 'key'], 'GET /certificates/key'],
])('%j gets what a deletion is proven by', async (words, wanted) => {
  const routes = { 'GET /jobs/job-1/certificate': { bytes: '{}' }, 'GET /certificates/key': { bytes: '{}' } };
  const file = join(directory, 'out.json');
  const { exitCode, asked } = await call(routes, [...words, '--output', file]);
  expect([exitCode, asked, await readFile(file, 'utf8')]).toEqual([0, [wanted], '{}']);
});

test.each(['run', 'extend-locks'])('retention %s starts that by hand', async (task) => {
  const path = task === 'run' ? 'retention' : task;
  const routes = { [`POST /maintenance/${path}`]: { status: 202, json: { jobId: 'job-4' } } };
  expect(await call(routes, ['retention', task])).toMatchObject({
    exitCode: 0,
    asked: [`POST /maintenance/${path}`],
    out: expect.stringContaining('started job-4'),
  });
});
