import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../infra/local/start.mjs', import.meta.url));
/** Traced, and beside others, a start takes long. */
const READY_TIMEOUT_MS = 120_000;

/** The local system as a process of its own. */
export interface LocalSystem {
  readonly url: string;
  readonly smtpPort: number;
  readonly dataDir: string;
  readonly pid: number;
  /** As printed at the first start with this data directory; empty at later ones. */
  readonly adminPassword: string;
  /** All that it wrote to standard output so far. */
  output(): string;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Starts the system on free ports with an empty data directory, or the given one, and waits until it is ready. */
export async function startLocalSystem(
  options: {
    readonly dataDir?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    /** A command that runs the one behind it, in the process that it was started as. */
    readonly under?: readonly string[];
  } = {},
): Promise<LocalSystem> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'letterlock-servers-')));
  const env = {
    ...process.env,
    LETTERLOCK_DATA_DIR: dataDir,
    LETTERLOCK_HTTP_PORT: '0',
    LETTERLOCK_SMTP_PORT: '0',
    ...options.env,
  };
  const [command = process.execPath, ...args] = [
    ...(options.under ?? []),
    process.execPath,
    ENTRY,
    ...(options.args ?? []),
  ];
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { output, ready } = watch(child);
  await ready;
  const adminPassword = /^letterlock admin password: (\S+)$/m.exec(output())?.[1] ?? '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    url: /(http:\/\/127\.0\.0\.1:\d+)/.exec(output())?.[1] ?? '',
    smtpPort: Number(/SMTP: [^ ]+:(\d+),/.exec(output())?.[1]),
    dataDir,
    pid: child.pid ?? 0,
    adminPassword,
    output,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

/** Stops the system and deletes its data. */
export async function discard(system: LocalSystem | undefined): Promise<void> {
  await system?.stop();
  if (system) await rm(system.dataDir, { recursive: true, force: true });
}

function watch(child: ChildProcess) {
  let [out, err] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ready = new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => {
      child.kill('SIGKILL');
      reject(new Error(`the local system ${reason}\n${out}${err.slice(-4000)}`));
    };
    const timer = setTimeout(() => fail('is not ready in time'), READY_TIMEOUT_MS);
    child.once('error', (error) => {
      clearTimeout(timer);
      fail(`cannot be started: ${error.message}`);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (!/^letterlock ready$/m.test(out)) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return { output: () => out, ready };
}
