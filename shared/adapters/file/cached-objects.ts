import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange, ObjectKey, ObjectStore, StoredObject } from '../../ports/object-store.ts';
import { withOwnGet } from '../rules/own-get.ts';

export interface CachedObjectsOptions {
  /** Emptied at the start: what is in it was another process's. */
  readonly directory: string;
  /** Of the disk. The objects that were read the longest time ago give way. */
  readonly maxBytes: number;
  /** What begins so is never written twice, and may be kept. */
  readonly immutablePrefix: ObjectKey;
}

/** Ranges are fetched and kept in whole pages of this size: that of the pages which the index is read by. */
const PAGE_BYTES = 65_536;
/** Each kept object is an open file. */
const MAX_OBJECTS = 400;

interface KeptObject {
  readonly file: FileHandle;
  readonly facts: Omit<StoredObject, 'body'>;
  /** Numbers of the pages that are there. */
  readonly pages: Set<number>;
}

/**
 * A store that keeps what is read of immutable objects by ranges on the local disk: a function that is invoked again
 * has it there. Everything else goes to `store`. A kept object may have been deleted meanwhile. Where the disk fails,
 * `store` is asked.
 */
export function createCachedObjects(store: ObjectStore, options: CachedObjectsOptions): ObjectStore {
  const cache = new PageCache(options);
  return withOwnGet(store, async (key, range) => {
    if (!range || !key.startsWith(options.immutablePrefix) || !isCacheable(range)) return await store.get(key, range);
    const kept = await cache.read(key, range);
    if (kept) return kept;
    const wider = await store.get(key, { start: floor(range.start), end: ceiling(range.end) });
    if (!wider) return undefined;
    await cache.keep(key, floor(range.start), wider);
    const { body, ...facts } = wider;
    const start = range.start - floor(range.start);
    return { ...facts, body: body.subarray(start, start + range.end - range.start) };
  });
}

class PageCache {
  readonly #options: CachedObjectsOptions;
  /** The one that was read last is last. */
  readonly #objects = new Map<ObjectKey, KeptObject>();
  readonly #emptied: Promise<void>;
  #bytes = 0;
  #files = 0;

  constructor(options: CachedObjectsOptions) {
    this.#options = options;
    this.#emptied = emptied(options.directory);
  }

  /** `undefined` where a page of the range is not there. */
  async read(key: ObjectKey, { start, end }: ByteRange): Promise<StoredObject | undefined> {
    const object = this.#objects.get(key);
    if (!object) return undefined;
    const last = Math.min(end, object.facts.sizeBytes);
    for (let page = floor(start) / PAGE_BYTES; page * PAGE_BYTES < last; page += 1) {
      if (!object.pages.has(page)) return undefined;
    }
    this.#objects.delete(key);
    this.#objects.set(key, object);
    const body = Buffer.allocUnsafe(Math.max(0, last - start));
    const { bytesRead } = await object.file.read(body, 0, body.length, start).catch(() => ({ bytesRead: -1 }));
    return bytesRead === body.length ? { ...object.facts, body } : undefined;
  }

  /** `start` is that of a page, and so is the end, or that of the object. */
  async keep(key: ObjectKey, start: number, { body, ...facts }: StoredObject): Promise<void> {
    try {
      const object = this.#objects.get(key) ?? (await this.#open(key, facts));
      await object.file.write(body, 0, body.length, start);
      for (let offset = 0; offset < body.length; offset += PAGE_BYTES) {
        const page = (start + offset) / PAGE_BYTES;
        if (!object.pages.has(page)) this.#bytes += PAGE_BYTES;
        object.pages.add(page);
      }
      await this.#giveWay();
    } catch {
      // A full disk: what was fetched is answered all the same.
    }
  }

  async #open(key: ObjectKey, facts: Omit<StoredObject, 'body'>): Promise<KeptObject> {
    await this.#emptied;
    this.#files += 1;
    const path = join(this.#options.directory, String(this.#files));
    const file = await open(path, 'w+');
    // Nobody else opens it, and nothing of it is left behind.
    await rm(path);
    const object = this.#objects.get(key) ?? { file, facts, pages: new Set() };
    if (object.file !== file) await file.close();
    this.#objects.set(key, object);
    return object;
  }

  async #giveWay(): Promise<void> {
    for (const [key, { file, pages }] of this.#objects) {
      if (this.#bytes <= this.#options.maxBytes && this.#objects.size <= MAX_OBJECTS) return;
      this.#objects.delete(key);
      this.#bytes -= pages.size * PAGE_BYTES;
      await file.close();
    }
  }
}

/** What is no range at all is for the store to refuse. */
function isCacheable({ start, end }: ByteRange): boolean {
  return Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end;
}

async function emptied(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
}

function floor(offset: number): number {
  return offset - (offset % PAGE_BYTES);
}

function ceiling(offset: number): number {
  return Math.ceil(offset / PAGE_BYTES) * PAGE_BYTES;
}
