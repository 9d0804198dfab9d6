import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../until.ts';
import { freePort } from './free-port.ts';

/** Amazon's DynamoDB Local comes in this package; only its jar is used, so it is no dependency. */
const PACKAGE = 'amplify-dynamodb-simulator';
const VERSION = '2.9.30';
const DIRECTORY = fileURLToPath(new URL(`../../node_modules/.cache/${PACKAGE}-${VERSION}/`, import.meta.url));
const EMULATOR = join(DIRECTORY, 'package', 'emulator');
const JAVA = 'java';
const JAR = 'DynamoDBLocal.jar';
const START_TIMEOUT_MS = 120_000;

export interface DynamoDbLocal {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Puts the jar into the cache where it is not there yet. Throws where npm cannot. */
export function fetchDynamoDbLocal(): void {
  if (existsSync(join(EMULATOR, JAR))) return;
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY, { recursive: true });
  run('npm', ['pack', `${PACKAGE}@${VERSION}`, '--silent', '--pack-destination', DIRECTORY]);
  run('tar', ['-xzf', join(DIRECTORY, `${PACKAGE}-${VERSION}.tgz`), '-C', DIRECTORY]);
  rmSync(join(DIRECTORY, `${PACKAGE}-${VERSION}.tgz`));
}

/** Starts an empty server on a free port, everything in memory. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const port = await freePort();
  const args = ['-Djava.library.path=DynamoDBLocal_lib', '-Xmx512m', '-jar', JAR, '-inMemory', '-port', String(port)];
  const child = spawn(JAVA, [...args, '-disableTelemetry'], { cwd: EMULATOR, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const isThere = async () => {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended with ${child.exitCode}`);
    return await answers(endpoint);
  };
  await until('DynamoDB Local to answer', isThere, { withinMs: START_TIMEOUT_MS });
  return {
    endpoint,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function answers(endpoint: string): Promise<boolean> {
  return await fetch(endpoint).then(
    () => true,
    () => false,
  );
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
}
