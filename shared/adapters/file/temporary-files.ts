import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { fsync, hasCode, makeDirectories, open, readDirectory, setModifiedAt, unlink, write } from './syscalls.ts';

/** How much of a streamed body is gathered for one system call, and so held in memory. */
const GATHERED_BYTES = 1024 * 1024;
/** The resolution that seconds in a double keep. */
const TICK_SECONDS = 1e-6;

/** A synced file that no key names yet. */
export interface TemporaryFile {
  readonly path: string;
  readonly stats: fs.BigIntStats;
}

/** What the body of an object threw while it was read: the caller's failure, not the store's. */
export class BodyFailure extends Error {
  override readonly name = 'BodyFailure';
}

/** The files of one store that are being written. */
export class TemporaryFiles {
  readonly #directory: string;
  readonly #prefix = randomBytes(6).toString('hex');
  #count = 0;
  #lastModifiedAt = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Writes and syncs `body`. With `distinct`, no other file of this process has its modification time.
   * Leaves nothing behind when it fails; throws `BodyFailure` (`cause`: what the body threw) or the system's error.
   */
  async write(body: Uint8Array | AsyncIterable<Uint8Array>, distinct: boolean): Promise<TemporaryFile> {
    const path = join(this.#directory, `${this.#prefix}-${this.#count++}`);
    const descriptor = await this.#create(path);
    try {
      if (body instanceof Uint8Array) await write(descriptor, [body]);
      else for await (const chunks of gathered(body)) await write(descriptor, chunks);
      if (distinct) await setModifiedAt(descriptor, this.#nextModifiedAt());
      await fsync(descriptor);
      return { path, stats: fs.fstatSync(descriptor, { bigint: true }) };
    } catch (error) {
      await this.discard(path);
      throw error;
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Removes a file that got no other name, or has one by now; never throws: what is left, `clear` removes. */
  async discard(path: string): Promise<void> {
    await unlink(path).catch(() => undefined);
  }

  /** Removes what a process that died left; only while no other one writes. */
  async clear(): Promise<void> {
    for (const entry of await readDirectory(this.#directory)) await unlink(join(this.#directory, entry.name));
  }

  async #create(path: string): Promise<number> {
    try {
      return await open(path, 'wx', 0o600);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      await makeDirectories(this.#directory);
      return await open(path, 'wx', 0o600);
    }
  }

  #nextModifiedAt(): number {
    this.#lastModifiedAt = Math.max(Date.now() / 1000, this.#lastModifiedAt + TICK_SECONDS);
    return this.#lastModifiedAt;
  }
}

async function* gathered(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of owned(body)) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes < GATHERED_BYTES) continue;
    yield chunks;
    chunks = [];
    sizeBytes = 0;
  }
  yield chunks;
}

async function* owned(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (cause) {
    throw new BodyFailure('the body of an object failed', { cause });
  }
}
