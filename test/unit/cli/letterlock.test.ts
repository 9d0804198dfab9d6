import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeApi } from './fake-api.ts';

const ENTRY = fileURLToPath(new URL('../../../functions/cli/letterlock.mjs', import.meta.url));
const MANIFEST = new URL('../../../package.json', import.meta.url);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-entry-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Runs the program as a shell would; `readBytes` closes its standard output after so many. */
async function letterlock(
  args: string[],
  options: { env?: Record<string, string>; input?: string; readBytes?: number } = {},
) {
  const env = { PATH: process.env.PATH ?? '', XDG_CONFIG_HOME: directory, ...options.env };
  const child = spawn(process.execPath, [ENTRY, ...args], { env, stdio: 'pipe' });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (options.readBytes !== undefined && out.length >= options.readBytes) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end(options.input ?? '');
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, out, err };
}

describe('letterlock', () => {
  test('tells its version', async () => {
    const { version } = JSON.parse(await readFile(MANIFEST, 'utf8'));
    expect(await letterlock(['--version'])).toEqual({ exitCode: 0, out: `${version}\n`, err: '' });
  });

  test('tells a failure in one line, without a stack', async () => {
    const { exitCode, out, err } = await letterlock(['whoami'], { env: { LETTERLOCK_URL: 'http://127.0.0.1:9' } });
    expect([exitCode, out, err.split('\n').length]).toEqual([3, '', 2]);
  });

  test('takes the password from standard input', async () => {
    const api = await startFakeApi({ 'POST /sessions': { status: 201, json: { token: 't' } } });
    const { exitCode } = await letterlock(['login', api.url], { input: 'pass word\nrest' });
    await api.close();
    expect(exitCode).toBe(0);
    expect(api.seen[0]?.body).toEqual({ userName: 'admin', password: 'pass word' });
  });

  test('ends quietly when its reader goes away', async () => {
    const api = await startFakeApi({ 'GET /messages/x/raw': { bytes: Buffer.alloc(20_000_000, 'a') } });
    const env = { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' };
    const { exitCode, err } = await letterlock(['raw', 'x'], { env, readBytes: 10 });
    await api.close();
    expect([exitCode, err]).toEqual([0, '']);
  });
});
