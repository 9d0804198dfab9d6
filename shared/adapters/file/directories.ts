import { dirname, join, resolve } from 'node:path';
import { RecentSet } from './recent-set.ts';
import { SharedSync } from './shared-sync.ts';
import { hasCode, makeDirectories, rmdir } from './syscalls.ts';

/** About 1 MB of names; forgetting one costs a needless sync, not safety. */
const REMEMBERED_DIRECTORIES = 10_000;

/** `dirname` of a path without a slash. */
const ROOT = '.';

/** Taken before an entry is made, given back when it is settled. */
export type Epoch = number;

/**
 * The directories below a root, named by their path from it. Knows which of them are durable entries of
 * their parents. Every method rejects with the system's error.
 */
export class Directories {
  readonly #root: string;
  readonly #shared = new SharedSync();
  readonly #durable = new RecentSet<string>(REMEMBERED_DIRECTORIES);
  #removals = 0;
  #removing = 0;

  constructor(root: string) {
    this.#root = root;
  }

  epoch(): Epoch {
    return this.#removals;
  }

  /** Whether it was there when it was last used. */
  isKnown(directory: string): boolean {
    return directory === ROOT || this.#durable.has(directory);
  }

  async make(directory: string): Promise<void> {
    await makeDirectories(join(this.#root, directory));
  }

  /** Creates the root durably. */
  async makeRoot(): Promise<void> {
    const first = await makeDirectories(this.#root);
    if (first === undefined) return;
    for (let at = resolve(this.#root); at.length >= first.length; at = dirname(at))
      await this.#shared.sync(dirname(at));
  }

  /**
   * Makes the entries of `directory` durable, and its own entry, and so on up to one that is known to be.
   * `since` is the epoch before the entry was made: a directory removed meanwhile may be another one by now.
   */
  async settle(directory: string, since: Epoch): Promise<void> {
    const unknown: string[] = [];
    const syncs = [this.#sync(directory)];
    for (let at = directory; at !== ROOT && !this.#durable.has(at); at = dirname(at)) {
      unknown.push(at);
      syncs.push(this.#sync(dirname(at)));
    }
    if (syncs.length === 1) return await syncs[0];
    await Promise.all(syncs);
    if (since === this.#removals && this.#removing === 0) for (const at of unknown) this.#durable.add(at);
  }

  /**
   * Makes the removal of an entry of `directory` durable, and removes the directories that it left empty.
   * First-level directories stay: they come from the key layout, and the next put would make them again.
   */
  async prune(directory: string): Promise<void> {
    let at = directory;
    while (dirname(at) !== ROOT && at !== ROOT && (await this.#remove(at))) at = dirname(at);
    await this.#sync(at);
  }

  /** Answers whether it is gone. A put that comes in between finds no directory and makes it again. */
  async #remove(directory: string): Promise<boolean> {
    this.#durable.delete(directory);
    this.#removals++;
    this.#removing++;
    try {
      await rmdir(join(this.#root, directory));
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return true;
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
      throw error;
    } finally {
      this.#removing--;
    }
  }

  /** A directory that is gone was removed with all in it; then that must be durable. */
  async #sync(directory: string): Promise<void> {
    try {
      await this.#shared.sync(join(this.#root, directory));
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      if (directory !== ROOT) await this.#sync(dirname(directory));
    }
  }
}
