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

async function call(args: readonly string[], routes: FakeRoutes) {
  const api = await startFakeApi(routes);
  closing.push(api.close);
  const fake = fakeTerminal({ columns: 200 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['jobs', ...args], environment, fake.terminal);
  return { exitCode, seen: api.seen, ...fake };
}

const JOB = {
  jobId: 'job-1',
  kind: 'fetch',
  profileId: 'pf-1',
  state: 'finished',
  outcome: 'completedWithErrors',
  startedAt: '2026-03-01T10:00:00.000Z',
  endedAt: '2026-03-01T10:05:00.000Z',
  counts: { seen: 7, archived: 4, rendition: 0, duplicate: 1, quarantined: 1, excluded: 1, bytes: 12_345 },
  details: { folders: 3 },
};

describe('jobs', () => {
  test('lists with the filters of the API', async () => {
    const args = ['--from', '2026-03-01', '--to', '2026-03-02', '--status', '!succeeded', '--profile', 'pf-1'];
    const { out, seen } = await call(args, { 'GET /jobs': { json: { items: [JOB] } } });
    expect(out()).toMatch(/job-1 +fetch +pf-1 +2026-03-01 10:00:00 UTC +completedWithErrors +7 +4 +1\n/);
    const query = Object.fromEntries(new URL(`http://x${seen[0]?.path}`).searchParams);
    expect(query).toMatchObject({ from: '2026-03-01', to: '2026-03-02', status: '!succeeded', profile: 'pf-1' });
  });

  test('show tells what became of each message, and the log', async () => {
    const { out } = await call(['show', 'job-1'], {
      'GET /jobs/job-1': { json: JOB },
      'GET /jobs/job-1/log': { json: { items: [{ at: '2026-03-01T10:05:00.000Z', message: 'INBOX: done \x1b[2J' }] } },
    });
    expect(out()).toContain('job-1: fetch of profile pf-1\ncompletedWithErrors; begun 2026-03-01 10:00:00 UTC\n');
    expect(out()).toContain(
      'seen 7 (12 kB): archived 4, rendition 0, duplicate 1, quarantined 1, excluded 1\nfolders: 3\n',
    );
    expect(out()).toContain('2026-03-01 10:05:00 UTC  INBOX: done');
    expect(out()).not.toContain('\x1b');
  });

  test('cancel asks a job to end', async () => {
    const { out, seen } = await call(['cancel', 'job-1'], {
      'POST /jobs/job-1/cancel': { status: 202, json: { jobId: 'job-1' } },
    });
    expect([seen[0]?.path, out()]).toEqual(['/jobs/job-1/cancel', 'job-1 is asked to end\n']);
  });

  test.each([[['--since', '1d', '--from', '2026-03-01']], [['--since', '0d']], [['show']], [['stop', 'job-1']]])(
    '%j is wrong usage',
    async (args) => {
      expect((await call(args, {})).exitCode).toBe(2);
    },
  );
});
