import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { type FakeRoutes, startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const ID = `1-${'b'.repeat(64)}`;
const BYTES = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));

let directory: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-download-'));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(directory, { recursive: true });
});

async function fakeApi(routes: FakeRoutes) {
  const api = await startFakeApi(routes);
  closing.push(api.close);
  return api;
}

async function call(url: string, args: string[], columns?: number) {
  const fake = fakeTerminal(columns === undefined ? {} : { columns });
  const environment = { LETTERLOCK_URL: url, LETTERLOCK_TOKEN: 'secret', XDG_CONFIG_HOME: directory };
  return { exitCode: await run(args, environment, fake.terminal), ...fake };
}

test('raw gives the exact bytes', async () => {
  const api = await fakeApi({ [`GET /messages/${ID}/raw`]: { bytes: BYTES } });
  const { exitCode, bytes } = await call(api.url, ['raw', ID]);
  expect([exitCode, bytes().equals(BYTES)]).toEqual([0, true]);
});

test('raw to a file gives the exact bytes and leaves nothing else', async () => {
  const api = await fakeApi({ [`GET /messages/${ID}/raw`]: { bytes: BYTES } });
  const file = join(directory, 'message.eml');
  const { exitCode, out } = await call(api.url, ['raw', ID, '--output', file, '--json']);
  expect([exitCode, JSON.parse(out())]).toEqual([0, { output: file, sizeBytes: BYTES.length }]);
  expect((await readFile(file)).equals(BYTES)).toBe(true);
  expect(await readdir(directory)).toEqual(['message.eml']);
});

test('a redirect to the same origin is followed', async () => {
  const api = await fakeApi({
    [`GET /messages/${ID}/raw`]: { status: 303, headers: { location: '/api/v1/exports/copy' } },
    'GET /exports/copy': { bytes: BYTES },
  });
  const { exitCode, bytes } = await call(api.url, ['raw', ID]);
  expect([exitCode, bytes().equals(BYTES)]).toEqual([0, true]);
});

test('a redirect to another origin is followed without the token', async () => {
  const store = await fakeApi({ 'GET /bucket/copy': { bytes: BYTES } });
  const headers = { location: `${store.url}/bucket/copy?signature=1` };
  const api = await fakeApi({ [`GET /messages/${ID}/raw`]: { status: 303, headers } });
  const { bytes } = await call(api.url, ['raw', ID]);
  expect(bytes().equals(BYTES)).toBe(true);
  expect(store.seen[0]?.authorization).toBeUndefined();
});

test('redirects without end, or to something that is not HTTP, are an error', async () => {
  for (const location of [`/api/v1/messages/${ID}/raw`, 'file:///etc/passwd']) {
    const api = await fakeApi({ [`GET /messages/${ID}/raw`]: { status: 303, headers: { location } } });
    const { exitCode, out } = await call(api.url, ['raw', ID]);
    expect([exitCode, out()]).toEqual([6, '']);
  }
});

test('what breaks off leaves no file', async () => {
  const headers = { 'content-length': String(BYTES.length + 10), connection: 'close' };
  const api = await fakeApi({ [`GET /messages/${ID}/attachments/0`]: { bytes: BYTES, headers } });
  const call1 = call(api.url, ['attachment', ID, '0', '--output', join(directory, 'a.bin')]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await api.close();
  expect((await call1).exitCode).toBe(6);
  expect(await readdir(directory)).toEqual([]);
});

test('a terminal gets control characters made visible, and a word of it', async () => {
  const api = await fakeApi({ [`GET /messages/${ID}/raw`]: { bytes: 'Subject: \x1b[2J\r\n\r\nü\r\n' } });
  const { out, notes } = await call(api.url, ['raw', ID], 80);
  expect([out(), notes.length]).toEqual(['Subject: \\x1b[2J\n\nü\n', 1]);
});
