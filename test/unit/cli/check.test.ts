import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { COMPARISONS, isReached, rangeOf } from '../../../functions/cli/thresholds.ts';
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

async function check(args: string, routes: FakeRoutes, token = 'token-1') {
  const api = await startFakeApi(routes);
  closing.push(api.close);
  const fake = fakeTerminal();
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: token };
  const exitCode = await run(['check', ...args.split(' ').filter(Boolean)], environment, fake.terminal);
  return { exitCode, seen: api.seen, out: fake.out(), notes: fake.notes };
}

const jobs = (count: number): FakeRoutes => ({
  'GET /jobs': { json: { items: Array.from({ length: count }, (_, index) => ({ jobId: `job-${index}` })) } },
});
const EXAMPLE = '--since 1d --status succeeded --warning 10 --critical 8 --compare le';

describe('check', () => {
  test.each([
    { count: 11, exitCode: 0, state: 'OK' },
    { count: 10, exitCode: 1, state: 'WARNING' },
    { count: 9, exitCode: 1, state: 'WARNING' },
    { count: 8, exitCode: 2, state: 'CRITICAL' },
    { count: 0, exitCode: 2, state: 'CRITICAL' },
  ])('$count succeeded where 10 are few and 8 too few: $state', async ({ count, exitCode, state }) => {
    const checked = await check(EXAMPLE, jobs(count));
    expect(checked.exitCode).toBe(exitCode);
    expect(checked.out).toBe(`LETTERLOCK ${state} - ${count} jobs succeeded in 1d | jobs=${count};11:;9:;0\n`);
    expect(checked.notes).toEqual([]);
  });

  test('asks for the jobs that began since', async () => {
    const { seen } = await check(EXAMPLE, jobs(20));
    const query = new URL(`http://x${seen[0]?.path}`).searchParams;
    expect(query.get('status')).toBe('succeeded');
    expect(query.get('partOf')).toBe('none');
    const ageMs = Date.now() - Date.parse(query.get('from') ?? '');
    expect(Math.abs(ageMs - 86_400_000)).toBeLessThan(60_000);
  });

  test('counts all pages', async () => {
    const page = (items: number, cursor?: string) => ({
      json: { items: Array.from({ length: items }, () => ({})), ...(cursor ? { cursor } : {}) },
    });
    const { out } = await check('--status !succeeded --warning 0 --critical 300', {
      'GET /jobs': ({ path }) => (path.includes('cursor=next') ? page(51) : page(200, 'next')),
    });
    expect(out).toBe('LETTERLOCK WARNING - 251 jobs not succeeded | jobs=251;0;300;0\n');
  });

  test('counts missing mail instead, of one profile or all', async () => {
    const states = [
      { profileId: 'pf-1', missing: 3 },
      { profileId: 'pf-1', missing: 4 },
      { profileId: 'pf-2', missing: 50 },
    ];
    const routes: FakeRoutes = { 'GET /completeness': { json: { items: states } } };
    const all = await check('--missing --warning 0 --critical 50', routes);
    expect([all.out, all.exitCode]).toEqual(['LETTERLOCK CRITICAL - 57 missing messages | missing=57;0;50;0\n', 2]);
    const one = await check('--missing --profile pf-1 --warning 0 --critical 50', routes);
    expect([one.out, one.exitCode]).toEqual([
      'LETTERLOCK WARNING - 7 missing messages of pf-1 | missing=7;0;50;0\n',
      1,
    ]);
    expect((await check('--missing --since 1d --warning 0', routes)).exitCode).toBe(3);
  });

  test('one threshold is enough', async () => {
    const { out, exitCode } = await check('--profile pf-1 --critical 1 --compare lt', jobs(1));
    expect([out, exitCode]).toEqual(['LETTERLOCK OK - 1 jobs of pf-1 | jobs=1;;1:;0\n', 0]);
  });

  test.each([
    { name: 'no threshold', args: '' },
    { name: 'a threshold that is no number', args: '--warning few' },
    { name: 'a comparison that there is not', args: '--warning 1 --compare like' },
    { name: 'a time that is none', args: '--warning 1 --since yesterday' },
    { name: 'an option that there is not', args: '--warning 1 --verbose' },
    { name: 'a word', args: 'jobs --warning 1' },
  ])('$name is unknown, and never critical', async ({ args }) => {
    const { exitCode, out, notes } = await check(args, jobs(0));
    expect([exitCode, notes]).toEqual([3, []]);
    expect(out).toMatch(/^LETTERLOCK UNKNOWN - [^\n]+\n$/);
  });

  test.each([
    {
      name: 'a refusal',
      routes: { 'GET /jobs': { status: 403, json: { error: { code: 'forbidden', message: 'no | way' } } } },
    },
    { name: 'a token that is not valid any more', routes: { 'GET /jobs': { status: 401, json: {} } } },
    { name: 'a server that is not ours', routes: { 'GET /jobs': { bytes: '<html>' } } },
    { name: 'a fault', routes: { 'GET /jobs': { status: 500, json: {} } } },
  ] satisfies { name: string; routes: FakeRoutes }[])('$name is unknown', async ({ routes }) => {
    const { exitCode, out } = await check(EXAMPLE, routes);
    expect(exitCode).toBe(3);
    expect(out).toMatch(/^LETTERLOCK UNKNOWN - [^\n|]+\n$/);
  });

  test('nobody there is unknown', async () => {
    const fake = fakeTerminal();
    const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: 'http://127.0.0.1:9', LETTERLOCK_TOKEN: 't' };
    expect(await run(['check', '--warning', '1'], environment, fake.terminal)).toBe(3);
    expect(fake.out()).toContain('LETTERLOCK UNKNOWN - cannot reach');
  });

  test('nobody signed in is unknown', async () => {
    const { exitCode, out } = await check(EXAMPLE, jobs(1), '');
    expect([exitCode, out]).toEqual([3, expect.stringContaining('not signed in')]);
  });
});

/** A range as the guidelines for monitoring plugins define it, read by the letter of them. */
function alerts(range: string, value: number): boolean {
  const [, inside, start, end] = /^(@?)(?:(\d+|~):)?(\d*)$/.exec(range) ?? [];
  const isWithin = value >= Number(start ?? 0) && value <= (end === '' ? Number.POSITIVE_INFINITY : Number(end));
  return inside === '@' ? isWithin : !isWithin;
}

test.each(COMPARISONS)('performance data says the same as the exit code: %s', (comparison) => {
  for (let threshold = 0; threshold < 6; threshold++) {
    for (let count = 0; count < 10; count++) {
      const range = rangeOf(comparison, threshold);
      expect([range, count, alerts(range, count)]).toEqual([range, count, isReached(comparison, count, threshold)]);
    }
  }
});
