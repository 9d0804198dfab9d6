import fs from 'node:fs';
import { fsync, open } from './syscalls.ts';

interface Syncs {
  readonly running: Promise<void>;
  next?: Promise<void>;
}

/**
 * Makes the entries of directories durable, at most one sync in flight for each: whoever asks meanwhile
 * shares the one that follows, because the running one may have begun before their entry was made.
 */
export class SharedSync {
  readonly #syncs = new Map<string, Syncs>();

  /** Rejects with the system's error, for all that share the sync. */
  sync(directory: string): Promise<void> {
    const syncs = this.#syncs.get(directory);
    if (syncs === undefined) return this.#start(directory);
    syncs.next ??= syncs.running.then(
      () => this.#start(directory),
      () => this.#start(directory),
    );
    return syncs.next;
  }

  #start(directory: string): Promise<void> {
    const syncs: Syncs = { running: syncDirectory(directory).finally(() => this.#end(directory, syncs)) };
    this.#syncs.set(directory, syncs);
    return syncs.running;
  }

  #end(directory: string, syncs: Syncs): void {
    if (syncs.next === undefined) this.#syncs.delete(directory);
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const descriptor = await open(directory, 'r');
  try {
    await fsync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
