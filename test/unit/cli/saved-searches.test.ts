import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const SAVED = { savedSearchId: 'ss-1', name: 'Unpaid', q: 'invoice', owner: 'ann', link: '/search?saved=ss-1' };
let directory: string;
let api: Awaited<ReturnType<typeof startFakeApi>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
  api = await startFakeApi({
    'GET /saved-searches': { json: { items: [{ ...SAVED, shared: true }] } },
    'GET /saved-searches/ss-1': { json: SAVED },
    'POST /saved-searches': { json: SAVED },
    'PATCH /saved-searches/ss-1': { json: SAVED },
    'DELETE /saved-searches/ss-1': { status: 204 },
  });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

async function call(...words: string[]) {
  const fake = fakeTerminal({ columns: 200 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['saved-searches', ...words], environment, fake.terminal);
  const { method, path, body } = api.seen.at(-1) ?? {};
  return { exitCode, asked: [`${method} ${path}`, body], out: fake.out() };
}

test.each<[string[], string, unknown]>([
  [['save', 'Unpaid', 'invoice -paid'], 'POST /saved-searches', { name: 'Unpaid', q: 'invoice -paid' }],
  [
    ['save', 'Unpaid', 'invoice', '--mailbox', 'mb-1', '--sort', 'oldest'],
    'POST /saved-searches',
    { name: 'Unpaid', q: 'invoice', mailbox: 'mb-1', sort: 'oldest' },
  ],
  [['share', 'ss-1'], 'PATCH /saved-searches/ss-1', { shared: true }],
  [['unshare', 'ss-1'], 'PATCH /saved-searches/ss-1', { shared: false }],
  [['show', 'ss-1'], 'GET /saved-searches/ss-1', undefined],
  [['delete', 'ss-1'], 'DELETE /saved-searches/ss-1', undefined],
])('%j asks for %s', async (words, asked, body) => {
  expect(await call(...words)).toMatchObject({ exitCode: 0, asked: [asked, body] });
});

test('the list shows names, queries, what is shared, and ids', async () => {
  const { out } = await call();
  for (const text of ['Unpaid', 'invoice', 'shared', 'ss-1']) expect(out).toContain(text);
});

test('sharing tells the link', async () => {
  expect((await call('share', 'ss-1')).out).toContain('/search?saved=ss-1');
});
