import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandFailedError } from './failures.ts';
import { recordOf, textOf } from './json-value.ts';

/** Variables of the process environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A login that outlives the command. */
export interface Credentials {
  /** Base address of the system, without `/api/v1` and without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly userName: string;
}

/** Where the login is kept: `$XDG_CONFIG_HOME/letterlock/credentials.json`, by default under `~/.config`. */
function credentialsPath(environment: Environment): string {
  const base = environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), '.config');
  return join(base, 'letterlock', 'credentials.json');
}

/** The stored login, or `undefined` where there is none; throws where there is one that cannot be read. */
export async function readCredentials(environment: Environment): Promise<Credentials | undefined> {
  const path = credentialsPath(environment);
  try {
    const stored = recordOf(JSON.parse(await readFile(path, 'utf8')));
    const credentials = {
      url: textOf(stored.url),
      token: textOf(stored.token),
      userName: textOf(stored.userName),
    };
    if (stored.version === 1 && credentials.url && credentials.token) return credentials;
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (!(error instanceof SyntaxError)) throw unusable(path, error);
  }
  throw new CommandFailedError(`${path} cannot be read; delete it and run "letterlock login"`);
}

/** Replaces the stored login as a whole; nobody but its owner can read it, at no moment. */
export async function writeCredentials(environment: Environment, credentials: Credentials): Promise<void> {
  const path = credentialsPath(environment);
  const temporary = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(temporary, { force: true });
    const body = `${JSON.stringify({ version: 1, ...credentials }, undefined, 2)}\n`;
    await writeFile(temporary, body, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Forgets the stored login; does nothing where there is none. */
export async function deleteCredentials(environment: Environment): Promise<void> {
  await rm(credentialsPath(environment), { force: true });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unusable(path: string, error: unknown): CommandFailedError {
  return new CommandFailedError(`${path}: ${error instanceof Error ? error.message : 'unusable'}`);
}
