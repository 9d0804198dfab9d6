import { afterEach, expect, test } from 'vitest';
import { fillDemo } from '../../infra/local/demo/fill-demo.ts';
import { Archive } from './archive.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { runProgram } from './programs.ts';

let system: LocalSystem | undefined;
afterEach(() => discard(system));

test('a filled demo can be read with the command line program, and is not filled twice', async () => {
  const running = await startLocalSystem();
  system = running;
  const demo = { baseUrl: running.url, smtpPort: running.smtpPort, password: running.adminPassword };
  const lines: string[] = [];
  const { messages } = await fillDemo({ ...demo, onProgress: (line) => void lines.push(line) });
  expect(messages).toBeGreaterThan(350);
  expect(lines.join('\n')).toContain('npx letterlock login');
  expect((await fillDemo({ ...demo, password: undefined })).messages).toBe(0);

  await (await Archive.signIn(running)).filed();
  const environment = [`XDG_CONFIG_HOME=${running.dataDir}`, `LETTERLOCK_PASSWORD=${running.adminPassword}`];
  const letterlock = (...args: string[]) =>
    runProgram('env', [...environment, process.execPath, 'functions/cli/letterlock.mjs', ...args]);
  expect((await letterlock('login', running.url)).exitCode).toBe(0);
  const { stdout } = await letterlock('messages', 'anna.keller@lindenhof-instruments.example', '--json');
  const [{ archiveId, subject }] = JSON.parse(stdout).items;
  expect((await letterlock('show', archiveId)).stdout).toContain(subject);
  expect((await letterlock('raw', archiveId)).stdout).toContain('Message-ID: ');
});
