import fs from 'node:fs';
import { dirname } from 'node:path';
import { hasCode } from './syscalls.ts';

/** Makes the entries of directories durable, each directory once for all who ask. */
export class DirectorySyncs {
  readonly #wanted = new Set<string>();
  readonly #failures = new Map<string, unknown>();

  /** Before any `finish`, after the entries were made. */
  add(directories: readonly string[]): void {
    for (const directory of directories) this.#wanted.add(directory);
  }

  /** Returns once `directories` are synced; throws the system's error. */
  finish(directories: readonly string[]): void {
    for (const directory of directories) {
      if (this.#wanted.delete(directory)) this.#sync(directory);
      if (this.#failures.has(directory)) throw this.#failures.get(directory);
    }
  }

  #sync(directory: string): void {
    try {
      syncNearest(directory);
    } catch (error) {
      this.#failures.set(directory, error);
    }
  }
}

/** A directory that is gone was removed with all in it; then that must be durable. */
function syncNearest(directory: string): void {
  for (let at = directory; ; at = dirname(at)) {
    try {
      sync(at);
      return;
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || at === dirname(at)) throw error;
    }
  }
}

function sync(directory: string): void {
  const descriptor = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
