import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const mailbox = { mailboxId: 'mb-1', name: 'Ann', primaryAddress: 'ann@x.test', secondaryAddresses: [] };
let directory: string;
let api: Awaited<ReturnType<typeof startFakeApi>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
  api = await startFakeApi({
    'GET /mailboxes': { json: { items: [mailbox] } },
    'POST /maintenance/reindex': { status: 202, json: { jobId: 'job-1' } },
  });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

test.each([
  { args: ['reindex'], body: {} },
  { args: ['reindex', '--mailbox', 'ann@x.test'], body: { mailboxId: 'mb-1' } },
])('$args starts a job and says which', async ({ args, body }) => {
  const fake = fakeTerminal({ columns: 100 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  expect(await run(args, environment, fake.terminal)).toBe(0);
  expect(fake.out()).toBe('started job-1\n');
  expect(api.seen.at(-1)).toMatchObject({ method: 'POST', path: '/maintenance/reindex', body });
});
