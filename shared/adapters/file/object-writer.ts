import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectKey, ObjectLock, PutOptions, PutResult } from '../../ports/object-store.ts';
import { checkUnlocked, ONLY_VERSION } from '../rules/object-lock.ts';
import type { Directories } from './directories.ts';
import type { Draft, FileFacts } from './disk-protocol.ts';
import type { DiskThreads, Succeeded } from './disk-threads.ts';
import { mixed } from './failures.ts';
import { KeyMutex } from './key-mutex.ts';
import type { LockFiles } from './lock-files.ts';
import { etagOf } from './object-facts.ts';
import type { Readers } from './readers.ts';
import { RecentSet } from './recent-set.ts';
import { stat } from './syscalls.ts';
import type { TemporaryFile, TemporaryFiles } from './temporary-files.ts';

/** From here on a look for the object is cheaper than a body written in vain. */
const LOOK_FIRST_BYTES = 64 * 1024;
/** More than are deleted within a tick of the file system's clock. */
const REMEMBERED_DELETIONS = 1000;

interface Parts {
  readonly root: string;
  readonly clock: Clock;
  readonly threads: DiskThreads;
  readonly temporary: TemporaryFiles;
  readonly directories: Directories;
  readonly locks: LockFiles;
  readonly readers: Readers;
}

/**
 * The changes of a store directory, as `ObjectStore` has them; what they reject with is not translated yet.
 * All but the plain `ifAbsent`, which the file system itself decides, run one after the other for each key.
 */
export class ObjectWriter {
  readonly #parts: Parts;
  readonly #mutex = new KeyMutex();
  readonly #deleted = new RecentSet<ObjectKey>(REMEMBERED_DELETIONS);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async put(key: ObjectKey, body: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions): Promise<PutResult> {
    const { temporary, locks } = this.#parts;
    if (options.ifAbsent && !isSmall(body) && (await this.#stat(key))) return await this.#exists(key);
    // What stands where something stood a moment ago could have its inode, size and time, and so its etag.
    const draft = await temporary.draft(body, !options.ifAbsent || this.#deleted.has(key));
    if (options.ifAbsent && !options.lock && !locks.used) return await this.#create(key, draft);
    const file = await temporary.write(draft);
    try {
      return await this.#mutex.run(key, () => this.#putAlone(key, file, options));
    } catch (error) {
      await temporary.discard(file.path);
      throw error;
    }
  }

  async delete(key: ObjectKey): Promise<void> {
    await this.#mutex.run(key, async () => {
      await this.#checkUnlocked(key);
      this.#deleted.add(key);
      await this.#remove(key);
      await this.#parts.locks.replace(key, undefined);
    });
  }

  /** Replaces the lock of an object by what `change` makes of it; throws `NotFoundError` where there is none. */
  async changeLock(
    key: ObjectKey,
    versionId: string,
    change: (lock: ObjectLock | undefined) => ObjectLock,
  ): Promise<void> {
    await this.#mutex.run(key, async () => {
      const exists = versionId === ONLY_VERSION && (await this.#stat(key));
      if (!exists) throw new NotFoundError(`version ${versionId} of object ${key}`);
      await this.#parts.locks.replace(key, change(await this.#parts.locks.read(key)));
    });
  }

  async #putAlone(key: ObjectKey, file: TemporaryFile, options: PutOptions): Promise<PutResult> {
    const current = await this.#stat(key);
    if (options.ifAbsent && current) return await this.#exists(key, file);
    if (options.ifMatch !== undefined && (!current || etagOf(current) !== options.ifMatch)) {
      await this.#parts.temporary.discard(file.path);
      return { outcome: 'changed' };
    }
    if (current) await this.#checkUnlocked(key);
    // Before the object: from its first instant on it is under its lock, and under no one else's.
    await this.#parts.locks.replace(key, options.lock);
    return await this.#place(key, file, options.ifAbsent ? 'link' : 'rename');
  }

  async #create(key: ObjectKey, draft: Draft): Promise<PutResult> {
    const answer = await this.#parts.directories.place(key, 'link', (target) =>
      this.#parts.threads.ask({ kind: 'create', draft, target }),
    );
    return resultOf(key, answer, answer.facts);
  }

  async #place(key: ObjectKey, { path, facts }: TemporaryFile, move: 'link' | 'rename'): Promise<PutResult> {
    const answer = await this.#parts.directories.place(key, move, (target) =>
      this.#parts.threads.ask({ kind: 'place', from: path, target }),
    );
    if (move === 'link') await this.#parts.temporary.discard(path);
    return resultOf(key, answer, facts);
  }

  /** Whoever hears of an object relies on it: the put that made it may be waiting for its directory yet. */
  async #exists(key: ObjectKey, file?: TemporaryFile): Promise<PutResult> {
    if (file) await this.#parts.temporary.discard(file.path);
    await this.#parts.directories.sync(key);
    return { outcome: 'exists' };
  }

  async #remove(key: ObjectKey): Promise<void> {
    const { directories, temporary, readers } = this.#parts;
    const spare = temporary.spareName();
    const { outcome } = await directories.remove(key, spare);
    if (outcome !== 'spared' || spare === undefined) return;
    // Whoever opens it from now on finds nothing; whoever has it open must not see it become another body.
    if (readers.has(key)) await temporary.discard(spare);
    else await temporary.keep(spare);
  }

  async #checkUnlocked(key: ObjectKey): Promise<void> {
    if (!this.#parts.locks.used || !(await this.#stat(key))) return;
    checkUnlocked(key, await this.#parts.locks.read(key), this.#parts.clock.now());
  }

  async #stat(key: ObjectKey): Promise<BigIntStats | undefined> {
    const found = await stat(join(this.#parts.root, key));
    return found?.isFile() ? found : undefined;
  }
}

function isSmall(body: Uint8Array | AsyncIterable<Uint8Array>): boolean {
  return body instanceof Uint8Array && body.length < LOOK_FIRST_BYTES;
}

function resultOf(key: ObjectKey, { outcome }: Succeeded, facts: FileFacts | undefined): PutResult {
  if (outcome === 'exists') return { outcome };
  if (outcome === 'mixed') throw mixed(key);
  if (outcome === 'directory') throw new InvalidRequestError(`object key ${key} is the directory of others`);
  if (facts === undefined) throw new TypeError(`object ${key} was put without facts`);
  return { outcome: 'stored', versionId: ONLY_VERSION, etag: etagOf(facts) };
}
