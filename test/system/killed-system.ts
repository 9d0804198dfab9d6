import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The local system as a process of its own, to be killed. */
export interface ChildSystem {
  readonly origin: string;
  readonly smtpPort: number;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

/** Starts `npm start`'s program; resolves at `letterlock ready`. Rejects where it ends before. */
export async function startChild(dataDir: string, password: string): Promise<ChildSystem> {
  const start = new URL('../../infra/local/start.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [start], {
    env: {
      ...process.env,
      LETTERLOCK_DATA_DIR: dataDir,
      LETTERLOCK_HTTP_PORT: '0',
      LETTERLOCK_SMTP_PORT: '0',
      LETTERLOCK_ADMIN_PASSWORD: password,
      LETTERLOCK_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
