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

const COUNTS = { live: 12, archived: 10, missing: 2, gone: 1, journaled: 11, absent: 1, notCompared: 0 };
const REPORT = {
  jobId: 'job-9',
  state: 'finished',
  outcome: 'succeeded',
  asOf: '2026-03-01T00:00:00.000Z',
  totals: COUNTS,
  months: [{ month: '2026-02', ...COUNTS }],
  warnings: ['last_run_had_errors'],
};
const ROW = {
  kind: 'missing',
  receivedAt: '2026-02-12T12:00:00.000Z',
  from: { address: 'ben@example.org' },
  subject: 'Plan\u001b[2J',
  folders: ['INBOX'],
};
const BASE = '/mailboxes/mb-1/completeness-reports';

function routes(change: FakeRoutes = {}): FakeRoutes {
  let looks = 0;
  return {
    'GET /mailboxes': { json: { items: [{ mailboxId: 'mb-1', primaryAddress: 'anna@example.org' }] } },
    [`POST ${BASE}`]: { status: 202, json: { jobId: 'job-9' } },
    [`GET ${BASE}/job-9`]: () => {
      looks += 1;
      return { json: looks === 1 ? { jobId: 'job-9', state: 'running' } : REPORT };
    },
    [`GET ${BASE}/job-9/messages`]: { json: { items: [ROW] } },
    ...change,
  };
}

async function call(args: readonly string[], of = routes()) {
  const api = await startFakeApi(of);
  closing.push(api.close);
  const fake = fakeTerminal({ columns: 200 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['completeness', ...args], environment, fake.terminal);
  return { exitCode, seen: api.seen, ...fake };
}

describe('completeness', () => {
  test('waits for the report, and shows months, warnings and messages', async () => {
    const { out, seen, exitCode } = await call(['--mailbox', 'anna@example.org', '--from', '2026-02-01']);
    expect(exitCode).toBe(0);
    expect(seen.find(({ method }) => method === 'POST')?.body).toEqual({ from: '2026-02-01' });
    expect(out()).toMatch(/^2026-02 +12 +10 +2 +1 +11 +1$/m);
    expect(out()).toMatch(/^all +12 /m);
    expect(out()).toContain('warning: the last synchronisation could not see everything');
    expect(out()).toMatch(/^missing +2026-02-12 12:00 +ben@example\.org +Plan.*INBOX$/m);
    expect(out()).not.toContain('\u001b');
  });

  test('gives one kind of message as a file, part by part, with one title line', async () => {
    const part = ({ path }: { readonly path: string }) =>
      path.includes('cursor=')
        ? { bytes: '"kind"\r\n"b"\r\n' }
        : { bytes: '"kind"\r\n"a"\r\n', headers: { 'letterlock-cursor': 'c' } };
    const { out, seen } = await call(
      ['--mailbox', 'mb-1', '--kind', 'missing', '--csv'],
      routes({ [`GET ${BASE}/job-9/messages`]: part }),
    );
    expect(out()).toBe('"kind"\r\n"a"\r\n"b"\r\n');
    expect(seen.at(-1)?.path).toContain('kind=missing');
  });

  test('has what is missing archived first, by the profiles of the mailbox', async () => {
    const profiles = [
      { profileId: 'pf-1', kind: 'folder-sync', target: { mailboxId: 'mb-1' } },
      { profileId: 'pf-2', kind: 'folder-sync', target: { mailboxId: 'mb-2' } },
      { profileId: 'pf-3', kind: 'archive', target: { mailboxId: 'mb-1' } },
      { profileId: 'pf-4', kind: 'folder-sync', target: { ownMailbox: true } },
      { profileId: 'pf-5', kind: 'folder-sync', target: { ownMailbox: true } },
    ];
    const states = [
      { profileId: 'pf-1', mailboxId: 'mb-1' },
      { profileId: 'pf-4', mailboxId: 'mb-1' },
      { profileId: 'pf-5', mailboxId: 'mb-2' },
    ];
    const { seen, notes } = await call(
      ['--mailbox', 'mb-1', '--archive-missing'],
      routes({
        'GET /completeness': { json: { items: states } },
        'GET /profiles': { json: { items: profiles } },
        'POST /profiles/pf-1/jobs': { status: 202, json: { jobId: 'job-1' } },
        'POST /profiles/pf-4/jobs': { status: 202, json: { jobId: 'job-4' } },
        'GET /jobs/job-1': { json: { state: 'finished', outcome: 'succeeded', counts: { archived: 2 } } },
        'GET /jobs/job-4': { json: { state: 'finished', outcome: 'succeeded', counts: { archived: 1 } } },
      }),
    );
    const started = seen.filter(({ method, path }) => method === 'POST' && path.startsWith('/profiles'));
    expect(started.map(({ path, body }) => [path, body])).toEqual([
      ['/profiles/pf-1/jobs', { archiveMissing: true }],
      ['/profiles/pf-4/jobs', { archiveMissing: true, mailboxId: 'mb-1' }],
    ]);
    expect(notes).toContain('job-1: succeeded, archived 2');
    expect(notes).toContain('job-4: succeeded, archived 1');
  });

  test('says so where no profile synchronises the mailbox', async () => {
    const { exitCode, notes } = await call(
      ['--mailbox', 'mb-1', '--archive-missing'],
      routes({ 'GET /completeness': { json: { items: [] } }, 'GET /profiles': { json: { items: [] } } }),
    );
    expect(exitCode).toBe(1);
    expect(notes.join()).toContain('no profile');
  });

  test.each([[[]], [['--mailbox', 'mb-1', '--kind', 'lost']]])('%j is no question', async (args) => {
    expect((await call(args)).exitCode).toBe(2);
  });
});
