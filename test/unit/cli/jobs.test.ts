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

  const RUNNING = {
    ...JOB,
    ...{ state: 'running', outcome: undefined, endedAt: undefined },
    progress: {
      ...{ folders: 300, foldersDone: 12, messagesPerSecond: 45.2 },
      estimatedEndAt: '2026-03-01T10:32:10.000Z',
    },
  };
  const LINE = 'folders 12 of 300, seen 7 (12 kB), 45.2 messages/s, ends about 2026-03-01 10:32:10 UTC';

  test('show and list tell how far a job that runs has come', async () => {
    const log = { 'GET /jobs/job-1/log': { json: { items: [] } } };
    const shown = await call(['show', 'job-1'], { 'GET /jobs/job-1': { json: RUNNING }, ...log });
    expect(shown.out()).toContain(`running; begun 2026-03-01 10:00:00 UTC\n${LINE}\nseen 7 `);
    expect(shown.exitCode).toBe(0);
    const listed = await call(['--part-of', 'job-0'], { 'GET /jobs': { json: { items: [RUNNING] } } });
    expect(listed.out()).toMatch(/ running +12\/300 +7 +4 +1\n/);
    expect(listed.seen[0]?.path).toContain('partOf=job-0');
  });

  test.each([
    ['succeeded', 0],
    ['completedWithErrors', 10],
    ['failed', 11],
    ['cancelled', 12],
    ['disconnected', 13],
  ])('show --follow waits for the end, and ends itself with what became of it: %s, %i', async (outcome, exitCode) => {
    let looks = 0;
    const followed = await call(['show', 'job-1', '--follow'], {
      'GET /jobs/job-1': () => ({ json: looks++ < 2 ? RUNNING : { ...JOB, outcome } }),
      'GET /jobs/job-1/log': { json: { items: [] } },
    });
    expect(followed.exitCode).toBe(exitCode);
    // What does not change is told once.
    expect(followed.notes).toEqual([LINE]);
    expect(followed.out()).toContain(`job-1: fetch of profile pf-1\n${outcome}; begun`);
  });

  test('show --follow of a job that there is not fails at once', async () => {
    expect((await call(['show', 'job-2', '--follow'], {})).exitCode).toBe(4);
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
