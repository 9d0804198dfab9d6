import fs from 'node:fs';
import { join } from 'node:path';
import { DamagedError } from '../../errors.ts';
import type { ObjectKey, ObjectLock } from '../../ports/object-store.ts';
import type { Directories } from './directories.ts';
import type { DiskThreads } from './disk-threads.ts';
import { mixed } from './failures.ts';
import { hasCode, open, read, stat } from './syscalls.ts';
import type { TemporaryFiles } from './temporary-files.ts';

const DIRECTORY = '.locks';
/** No key contains `~`, so that the lock of `a` and the directory of `a.json/b` do not meet. */
const SUFFIX = '~.json';
const FORMAT_VERSION = 1;

/**
 * The locks of a store's objects, one JSON file each: `{version: 1, retainUntil?, legalHold?}`.
 * A lock without an object means nothing: the next put of its key replaces it. Callers hold the key's mutex.
 */
export class LockFiles {
  readonly #root: string;
  readonly #directories: Directories;
  readonly #temporary: TemporaryFiles;
  readonly #threads: DiskThreads;
  #used: boolean;

  constructor(root: string, directories: Directories, temporary: TemporaryFiles, threads: DiskThreads) {
    this.#root = root;
    this.#directories = directories;
    this.#temporary = temporary;
    this.#threads = threads;
    this.#used = fs.existsSync(join(root, DIRECTORY));
  }

  /** Whether this store ever had a lock; until then no object needs to be asked for its own. */
  get used(): boolean {
    return this.#used;
  }

  async read(key: ObjectKey): Promise<ObjectLock | undefined> {
    if (!this.#used) return undefined;
    const text = await this.#text(key);
    return text === undefined ? undefined : parse(key, text);
  }

  /** Durable before it resolves; `undefined` leaves none. */
  async replace(key: ObjectKey, lock: ObjectLock | undefined): Promise<void> {
    if (lock === undefined) return await this.#remove(key);
    this.#used = true;
    const { path } = await this.#temporary.write(await this.#temporary.draft(Buffer.from(format(lock)), false));
    try {
      const { outcome } = await this.#directories.place(pathOf(key), 'rename', (target) =>
        this.#threads.ask({ kind: 'place', from: path, target }),
      );
      if (outcome === 'mixed') throw mixed(key);
    } catch (error) {
      await this.#temporary.discard(path);
      throw error;
    }
  }

  async #remove(key: ObjectKey): Promise<void> {
    if (!this.#used) return;
    const path = pathOf(key);
    if ((await stat(join(this.#root, path))) === undefined) return;
    await this.#directories.remove(path);
  }

  async #text(key: ObjectKey): Promise<string | undefined> {
    let descriptor: number;
    try {
      descriptor = await open(join(this.#root, pathOf(key)), 'r');
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
    try {
      return Buffer.from(await read(descriptor, 0, fs.fstatSync(descriptor).size)).toString();
    } finally {
      fs.closeSync(descriptor);
    }
  }
}

function pathOf(key: ObjectKey): string {
  return `${DIRECTORY}/${key}${SUFFIX}`;
}

function format(lock: ObjectLock): string {
  return JSON.stringify({ version: FORMAT_VERSION, ...lock });
}

function parse(key: ObjectKey, text: string): ObjectLock {
  const { version, retainUntil, legalHold } = parseJson(key, text);
  const until = retainUntil === undefined ? undefined : new Date(String(retainUntil));
  if (version !== FORMAT_VERSION || Number.isNaN(until?.getTime() ?? 0)) throw damaged(key);
  return {
    ...(until === undefined ? {} : { retainUntil: until }),
    ...(legalHold === true ? { legalHold } : {}),
  };
}

function parseJson(key: ObjectKey, text: string): { version?: unknown; retainUntil?: unknown; legalHold?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw damaged(key);
}

function damaged(key: ObjectKey): DamagedError {
  return new DamagedError(`the lock of object ${key}`, `it is no lock of version ${FORMAT_VERSION}`);
}
