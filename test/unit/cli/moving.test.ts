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
    'GET /mailboxes/mb-1/folders': { json: { items: [{ folder: 'Inbox' }] } },
    'DELETE /mailboxes/mb-1/folders': { status: 204 },
    'POST /mailboxes/mb-1/folders/rename': ({ body }) =>
      JSON.stringify(body).includes('Large')
        ? { status: 202, json: { jobId: 'job-1' } }
        : { json: { from: 'A', to: 'B', folders: 1, messages: 2, left: 1 } },
    'PATCH /messages/1-a/filings': { json: { archiveId: '1-a', mailboxId: 'mb-1', from: 'Inbox', to: 'B' } },
  });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

async function letterlock(args: readonly string[]) {
  const fake = fakeTerminal({ columns: 100 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  return { code: await run([...args], environment, fake.terminal), out: fake.out() };
}

test('move moves a message', async () => {
  const args = ['move', '1-a', '--mailbox', 'ann@x.test', '--from', 'Inbox', '--to', 'B'];
  expect(await letterlock(args)).toEqual({ code: 0, out: 'moved to B\n' });
  expect(api.seen.at(-1)).toMatchObject({
    path: '/messages/1-a/filings?mailbox=mb-1',
    body: { from: 'Inbox', to: 'B' },
  });
});

test.each([
  { args: ['folders', 'Ann', '--rename', 'A=B'], out: 'renamed to B: 2 messages moved, 1 stayed\n' },
  { args: ['folders', '--mailbox', 'Ann', '--rename', 'Large=B'], out: 'started job-1\n' },
])('$args renames a folder', async ({ args, out }) => {
  expect(await letterlock(args)).toEqual({ code: 0, out });
});

test('folders --remove-empty shows what is left', async () => {
  const { code, out } = await letterlock(['folders', 'Ann', '--remove-empty']);
  expect([code, out]).toEqual([0, 'FOLDER\nInbox\n']);
  expect(api.seen.map(({ method, path }) => `${method} ${path}`)).toContain(
    'DELETE /mailboxes/mb-1/folders?empty=true',
  );
});

test.each([
  [['move', '1-a', '--mailbox', 'Ann', '--from', 'Inbox']],
  [['folders']],
  [['folders', 'Ann', '--rename', 'A']],
  [['folders', 'Ann', '--rename', 'A=B', '--remove-empty']],
])('%j is refused before anything is asked', async (args) => {
  expect((await letterlock(args)).code).toBe(2);
  expect(api.seen).toEqual([]);
});
