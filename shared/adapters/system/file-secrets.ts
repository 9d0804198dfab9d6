import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DamagedError, StorageError } from '../../errors.ts';
import type { SecretName, Secrets } from '../../ports/secrets.ts';

const SECRET_BYTES = 32;

/**
 * One file per secret in `directory`, readable by its owner only. Processes that start together agree on
 * one. Throws `DamagedError` for a file of another length: a new secret would end every session unasked.
 */
export function createFileSecrets(directory: string): Secrets {
  const known = new Map<SecretName, Promise<Uint8Array>>();
  return {
    async get(name) {
      const secret = known.get(name) ?? load(directory, name);
      known.set(name, secret);
      try {
        return new Uint8Array(await secret);
      } catch (error) {
        known.delete(name);
        throw error;
      }
    },
  };
}

async function load(directory: string, name: SecretName): Promise<Uint8Array> {
  const path = join(directory, name);
  try {
    const secret = (await readIfExists(path)) ?? (await create(directory, path));
    if (secret.length !== SECRET_BYTES) throw new DamagedError(`the secret ${path}`, `it has ${secret.length} bytes`);
    return secret;
  } catch (cause) {
    if (cause instanceof DamagedError) throw cause;
    throw new StorageError(`read or create the secret ${path}`, { cause });
  }
}

async function create(directory: string, path: string): Promise<Uint8Array> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeSynced(temporary, randomBytes(SECRET_BYTES));
    await link(temporary, path).catch(ignoreExisting);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(directory);
  return await readFile(path);
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function readIfExists(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function ignoreExisting(error: unknown): void {
  if (!isCode(error, 'EEXIST')) throw error;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
