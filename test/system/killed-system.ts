import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { type Api, startSystem } from './running-system.ts';

/** The local system as a process of its own, to be killed. */
export interface ChildSystem {
  readonly origin: string;
  readonly smtpPort: number;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

/**
 * Prepares what `startChild` is to start on, with a system in this process: beside other work, passwords would take a
 * child long. The token of the client is good in each life of the child; its origin is none: see `at`.
 */
export async function prepared(dataDir: string, prepare: (api: Api) => Promise<void>): Promise<Api> {
  const named = Object.entries(process.env).filter(([name]) => name.startsWith('LETTERLOCK_'));
  const env = Object.fromEntries(named.map(([name, value = '']) => [name, value]));
  const { api, stop } = await startSystem({ dataDir, env });
  await prepare(api);
  await stop();
  return api;
}

/**
 * Starts `npm start`'s program; resolves at `letterlock ready`. Rejects where it ends before. It ends with the test at the
 * latest, also where that was given up: what outlives the tests keeps their run from ending.
 */
export async function startChild(dataDir: string): Promise<ChildSystem> {
  let started: ChildProcess | undefined;
  onTestFinished(async () => {
    if (started) await kill(started);
  });
  const start = new URL('../../infra/local/start.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [start], {
    env: {
      ...process.env,
      LETTERLOCK_DATA_DIR: dataDir,
      LETTERLOCK_HTTP_PORT: '0',
      LETTERLOCK_SMTP_PORT: '0',
      LETTERLOCK_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started = child;
  let origin = '';
  let smtpPort = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    origin = /(http:\/\/[^ ]+)/.exec(line)?.[1] ?? origin;
    smtpPort = Number(/SMTP: [^ ]+:(\d+),/.exec(line)?.[1] ?? smtpPort);
    if (line === 'letterlock ready') return { origin, smtpPort, kill: () => kill(child) };
  }
  throw new Error('the local system ended before it was ready');
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
