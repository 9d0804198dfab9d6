import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Draft, FileFacts } from './disk-protocol.ts';
import type { DiskThreads } from './disk-threads.ts';
import { gathered } from './gathered.ts';
import { makeDirectories, readDirectory, unlink } from './syscalls.ts';

/** Where bodies are written; no key starts with a dot. */
const TEMPORARY_DIRECTORY = '.tmp';
/** Where the files of deleted objects wait for another body. */
const SPARE_DIRECTORY = '.spare';
/**
 * How many files of deleted objects are kept for the next bodies. File systems look for a free inode past
 * all that were deleted in the last seconds (ext4): a store that takes and empties as much as intake does
 * would spend more on that than on the mail.
 */
const MAX_SPARE_FILES = 256;
/** The resolution that seconds in a double keep. */
const TICK_SECONDS = 1e-6;

/** A synced file that no key names yet. */
export interface TemporaryFile {
  readonly path: string;
  readonly facts: FileFacts;
}

/** The files of one store that are being written. */
export class TemporaryFiles {
  readonly #root: string;
  readonly #threads: DiskThreads;
  readonly #prefix = randomBytes(6).toString('hex');
  readonly #spare: string[] = [];
  #count = 0;
  #lastModifiedAt = 0;

  constructor(root: string, threads: DiskThreads) {
    this.#root = root;
    this.#threads = threads;
  }

  /**
   * Takes a body in, all but its last bytes written. With `distinct`, no other file of this process has
   * its modification time. Leaves nothing behind when it fails; throws `BodyFailure` or the system's error.
   */
  async draft(body: Uint8Array | AsyncIterable<Uint8Array>, distinct: boolean): Promise<Draft> {
    const time = distinct ? { modifiedAt: this.#nextModifiedAt() } : {};
    if (body instanceof Uint8Array) return { ...this.#begin(), bytes: new Uint8Array(body), ...time };
    const parts = gathered(body);
    let next = await parts.next();
    if (next.done) return { ...this.#begin(), bytes: next.value, ...time };
    const path = this.#newPath(TEMPORARY_DIRECTORY);
    try {
      for (let begin: Draft['begin'] = 'new'; !next.done; next = await parts.next()) {
        await this.#threads.ask({ kind: 'append', draft: { path, begin, bytes: next.value } });
        begin = 'append';
      }
      return { path, begin: 'append', bytes: next.value, ...time };
    } catch (error) {
      // Whoever gives the body must learn that no more of it is wanted: a sender waits for its answer until then.
      await parts.return(new Uint8Array(0));
      await this.discard(path);
      throw error;
    }
  }

  /** Writes and syncs a draft. Leaves nothing behind when it fails; throws the system's error. */
  async write(draft: Draft): Promise<TemporaryFile> {
    const { facts } = await this.#threads.ask({ kind: 'write', draft });
    if (facts === undefined) throw new TypeError('a file was written without facts');
    return { path: draft.path, facts };
  }

  /** Removes a file that got no other name, or has one by now; never throws: what is left, `clear` removes. */
  async discard(path: string): Promise<void> {
    await this.#threads.ask({ kind: 'discard', path }).catch(() => undefined);
  }

  /** Where the file of a deleted object could be kept; `undefined` while there are enough. */
  spareName(): string | undefined {
    return this.#spare.length < MAX_SPARE_FILES ? this.#newPath(SPARE_DIRECTORY) : undefined;
  }

  /**
   * Empties such a file and keeps it for a later body: nobody reads it, and it is durable that no key names
   * it. What was deleted must not stay on the disk. Throws the system's error.
   */
  async keep(spare: string): Promise<void> {
    await this.#threads.ask({ kind: 'append', draft: { path: spare, begin: 'reuse', bytes: new Uint8Array(0) } });
    this.#spare.push(spare);
  }

  /** Removes what a process that died left; only while no other one writes. */
  async clear(): Promise<void> {
    for (const directory of [TEMPORARY_DIRECTORY, SPARE_DIRECTORY].map((name) => join(this.#root, name))) {
      await makeDirectories(directory);
      for (const entry of await readDirectory(directory)) await unlink(join(directory, entry.name));
    }
  }

  #newPath(directory: string): string {
    return join(this.#root, directory, `${this.#prefix}-${this.#count++}`);
  }

  #begin(): Pick<Draft, 'path' | 'begin'> {
    const spare = this.#spare.pop();
    return spare === undefined
      ? { path: this.#newPath(TEMPORARY_DIRECTORY), begin: 'new' }
      : { path: spare, begin: 'reuse' };
  }

  #nextModifiedAt(): number {
    this.#lastModifiedAt = Math.max(Date.now() / 1000, this.#lastModifiedAt + TICK_SECONDS);
    return this.#lastModifiedAt;
  }
}
