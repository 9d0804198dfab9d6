import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { runProgram, withFile } from './programs.ts';

const README = new URL('../../README.md', import.meta.url);

/** Where people wait for some seconds, until there is nothing that is not filed or indexed. */
const SLEEP = `sleep() {
  local idle='^letterlock_(queue_depth\\{queue="(arrivals|index)"\\}|index_pending) 0$'
  until [ "$(curl -sS -H "Authorization: Bearer $TOKEN" $API/metrics | grep -cE "$idle")" = 3 ]; do command sleep 0.2; done
}`;

let system: LocalSystem | undefined;
afterEach(() => discard(system));

test('the walk-through of the README does what it says', async () => {
  const running = await startLocalSystem();
  system = running;
  const readme = await readFile(README, 'utf8');
  const [, walkThrough = ''] = /\n## Walk-through\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const script = [...walkThrough.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, block = '']) => block)
    .join('\n')
    .replaceAll('http://127.0.0.1:8420', running.url)
    .replaceAll('127.0.0.1:2525', `127.0.0.1:${running.smtpPort}`)
    .replace('the password that was printed', running.adminPassword);
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-readme-'));
  const body = Buffer.from(`set -euo pipefail\n${SLEEP}\ncd ${directory}\n${script}`);
  const { exitCode, stdout, stderr } = await withFile(body, (path) => runProgram('bash', [path]));
  await rm(directory, { recursive: true });
  expect(exitCode, stdout + stderr).toBe(0);
  expect(stdout).toContain('"subject":"Hello"');
  expect(stdout).toMatch(/^identical$/m);
});
