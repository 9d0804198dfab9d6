import fs from 'node:fs';
import { join } from 'node:path';
import type { ObjectKey, ObjectStore, StoredObject } from '../../ports/object-store.ts';
import { cutRange } from '../rules/object-key.ts';
import { withOwnGet } from '../rules/own-get.ts';
import { checkFileKey, translated } from './failures.ts';
import { factsOf } from './object-facts.ts';
import { hasCode } from './syscalls.ts';

export interface OpenedObjectsOptions {
  /** Of the file store whose objects they are. */
  readonly root: string;
  /** What begins so is never written twice. */
  readonly immutablePrefix: ObjectKey;
}

/** Bounds the files that are open at once; a process may have 1,024. */
const MAX_OPEN = 128;
/** A file that was deleted keeps its place on the disk while it is open. */
const KEPT_MS = 10_000;

interface OpenedObject {
  readonly descriptor: number;
  readonly facts: Omit<StoredObject, 'body'>;
}

/**
 * A file store for a thread that reads and has nothing else to do: immutable objects stay open for some seconds, and
 * ranges of them are read at once, as handing each of many small reads to another thread costs more than the read.
 */
export function createOpenedObjects(store: ObjectStore, { root, immutablePrefix }: OpenedObjectsOptions): ObjectStore {
  const opened = new OpenedFiles(root);
  return withOwnGet(store, async (key, range) => {
    if (!range || !key.startsWith(immutablePrefix)) return await store.get(key, range);
    checkFileKey(key);
    return await translated('get', key, async () => {
      const found = opened.open(key);
      if (!found) return undefined;
      const { start, end } = cutRange(range, found.facts.sizeBytes);
      return { ...found.facts, body: readNow(found.descriptor, start, end - start) };
    });
  });
}

class OpenedFiles {
  readonly #root: string;
  /** The one that was read last is last. */
  readonly #files = new Map<ObjectKey, OpenedObject>();
  #closing: NodeJS.Timeout | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  open(key: ObjectKey): OpenedObject | undefined {
    const file = this.#files.get(key) ?? openNow(join(this.#root, key), key);
    if (!file) return undefined;
    this.#files.delete(key);
    this.#files.set(key, file);
    const [oldest] = this.#files.keys();
    if (oldest !== undefined && this.#files.size > MAX_OPEN) this.#close(oldest);
    this.#closing ??= setTimeout(() => this.#closeAll(), KEPT_MS).unref();
    return file;
  }

  #closeAll(): void {
    this.#closing = undefined;
    for (const key of [...this.#files.keys()]) this.#close(key);
  }

  #close(key: ObjectKey): void {
    const file = this.#files.get(key);
    this.#files.delete(key);
    if (file) fs.closeSync(file.descriptor);
  }
}

function openNow(path: string, key: ObjectKey): OpenedObject | undefined {
  try {
    const descriptor = fs.openSync(path, 'r');
    const stats = fs.fstatSync(descriptor, { bigint: true });
    if (stats.isFile()) return { descriptor, facts: factsOf(key, stats) };
    fs.closeSync(descriptor);
    return undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Fewer bytes than `length` only at the end of the file. */
function readNow(descriptor: number, position: number, length: number): Uint8Array {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const count = fs.readSync(descriptor, buffer, filled, length - filled, position + filled);
    if (count === 0) return buffer.subarray(0, filled);
    filled += count;
  }
  return buffer;
}
