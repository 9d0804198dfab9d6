import fs, { type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type {
  ByteRange,
  ObjectFacts,
  ObjectKey,
  ObjectLock,
  ObjectStore,
  PutOptions,
  PutResult,
  StoredObject,
} from '../../ports/object-store.ts';
import { checkListPrefix, cutRange } from '../rules/object-key.ts';
import { checkPutOptions, ONLY_VERSION, prolonged, withLegalHold } from '../rules/object-lock.ts';
import { Directories } from './directories.ts';
import { DiskThreads } from './disk-threads.ts';
import { checkFileKey, translated } from './failures.ts';
import { listObjects } from './listing.ts';
import { LockFiles } from './lock-files.ts';
import { factsOf } from './object-facts.ts';
import { ObjectWriter } from './object-writer.ts';
import { Readers } from './readers.ts';
import { hasCode, open, read, stat } from './syscalls.ts';
import { TemporaryFiles } from './temporary-files.ts';
import { signTemporaryUrl } from './temporary-url.ts';

const OWN_THREADS = 2;

export interface FileObjectStoreOptions {
  /** The directory of the bucket: the path of an object below it is its key. Used by one process at a time. */
  readonly root: string;
  /** Without it, `temporaryUrl` throws. `bucket` tells the stores apart that one HTTP server answers for. */
  readonly urlSigner?: { readonly bucket: string; readonly signingKey: Uint8Array };
  /** Shared by the stores of a process; a few of its own if left out. */
  readonly threads?: DiskThreads;
  /** Decides whether a lock has run out; the system's time if left out. */
  readonly clock?: Clock;
}

/**
 * An `ObjectStore` on a directory, which is created when needed. Objects under a lock can be neither deleted
 * nor replaced. Narrower than the port: a segment of a key has at most 240 bytes, and no key may be another's
 * directory (`a` and `a/b`); both are `InvalidRequestError`.
 */
export function createFileObjectStore(options: FileObjectStoreOptions): ObjectStore {
  return new FileObjectStore(options);
}

/** As `createFileObjectStore`, after removing the unfinished files that a process which died left behind. */
export async function openFileObjectStore(options: FileObjectStoreOptions): Promise<ObjectStore> {
  const { threads = new DiskThreads(OWN_THREADS) } = options;
  await translated('open', options.root, async () => {
    await new Directories(options.root, threads).makeRoot();
    await new TemporaryFiles(options.root, threads).clear();
  });
  return new FileObjectStore({ ...options, threads });
}

class FileObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #urlSigner: FileObjectStoreOptions['urlSigner'];
  readonly #locks: LockFiles;
  readonly #writer: ObjectWriter;
  readonly #readers = new Readers();

  constructor(options: FileObjectStoreOptions) {
    const { root, urlSigner, clock = { now: () => new Date() }, threads = new DiskThreads(OWN_THREADS) } = options;
    const temporary = new TemporaryFiles(root, threads);
    const directories = new Directories(root, threads);
    this.#root = root;
    this.#urlSigner = urlSigner;
    this.#locks = new LockFiles(root, directories, temporary, threads);
    this.#writer = new ObjectWriter({
      root,
      clock,
      threads,
      temporary,
      directories,
      locks: this.#locks,
      readers: this.#readers,
    });
  }

  async put(
    key: ObjectKey,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<PutResult> {
    checkFileKey(key);
    checkPutOptions(options);
    return await translated('put', key, () => this.#writer.put(key, body, options));
  }

  async get(key: ObjectKey, range?: ByteRange): Promise<StoredObject | undefined> {
    checkFileKey(key);
    return await translated('get', key, async () => {
      return await this.#readers.while(key, () => this.#read(key, range));
    });
  }

  async #read(key: ObjectKey, range: ByteRange | undefined): Promise<StoredObject | undefined> {
    const descriptor = await this.#open(key);
    if (descriptor === undefined) return undefined;
    try {
      const stats = fs.fstatSync(descriptor, { bigint: true });
      if (!stats.isFile()) return undefined;
      const { start, end } = cutRange(range, Number(stats.size));
      return { ...factsOf(key, stats), body: await read(descriptor, start, end - start) };
    } finally {
      fs.closeSync(descriptor);
    }
  }

  async head(key: ObjectKey): Promise<(ObjectFacts & ObjectLock) | undefined> {
    checkFileKey(key);
    return await translated('head', key, async () => {
      const stats = await this.#stat(key);
      return stats && { ...factsOf(key, stats), ...(await this.#locks.read(key)) };
    });
  }

  async *list(prefix: string, options: { readonly after?: ObjectKey } = {}): AsyncGenerator<ObjectFacts> {
    checkListPrefix(prefix);
    const objects = listObjects(this.#root, prefix, options.after ?? '');
    for (;;) {
      const next = await translated('list', prefix, () => objects.next());
      if (next.done) return;
      yield next.value;
    }
  }

  listVersions(prefix: string): AsyncIterable<ObjectFacts> {
    return this.list(prefix);
  }

  async delete(key: ObjectKey): Promise<void> {
    checkFileKey(key);
    await translated('delete', key, () => this.#writer.delete(key));
  }

  async deleteVersion(key: ObjectKey, versionId: string): Promise<void> {
    if (versionId === ONLY_VERSION) await this.delete(key);
    else checkFileKey(key);
  }

  async retain(key: ObjectKey, versionId: string, until: Date): Promise<void> {
    checkFileKey(key);
    await translated('retain', key, () =>
      this.#writer.changeLock(key, versionId, (lock) => prolonged(key, lock, until)),
    );
  }

  async setLegalHold(key: ObjectKey, versionId: string, on: boolean): Promise<void> {
    checkFileKey(key);
    await translated('hold', key, () => this.#writer.changeLock(key, versionId, (lock) => withLegalHold(lock, on)));
  }

  async temporaryUrl(
    key: ObjectKey,
    options: { readonly seconds: number; readonly contentType: string; readonly fileName: string; readonly now: Date },
  ): Promise<string> {
    checkFileKey(key);
    if (this.#urlSigner === undefined) throw new TypeError(`the store ${this.#root} was given no urlSigner`);
    const { seconds, contentType, fileName, now } = options;
    const { bucket, signingKey } = this.#urlSigner;
    return signTemporaryUrl(
      { bucket, key, contentType, fileName },
      new Date(now.getTime() + seconds * 1000),
      signingKey,
    );
  }

  async #open(key: ObjectKey): Promise<number | undefined> {
    try {
      return await open(join(this.#root, key), 'r');
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
  }

  async #stat(key: ObjectKey): Promise<BigIntStats | undefined> {
    const stats = await stat(join(this.#root, key));
    return stats?.isFile() ? stats : undefined;
  }
}
