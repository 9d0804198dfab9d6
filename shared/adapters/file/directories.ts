import { dirname, join, resolve } from 'node:path';
import type { Removal, Target } from './disk-protocol.ts';
import type { DiskThreads, Succeeded } from './disk-threads.ts';
import { directoriesUpTo } from './place.ts';
import { RecentSet } from './recent-set.ts';
import { makeDirectories } from './syscalls.ts';

/** About 1 MB of names; forgetting one costs a needless sync, not safety. */
const REMEMBERED_DIRECTORIES = 10_000;

/**
 * The directories below a root, named by their path. Knows which of them are durable entries of
 * their parents. Every method rejects with the system's error.
 */
export class Directories {
  readonly #root: string;
  readonly #threads: DiskThreads;
  readonly #durable = new RecentSet<string>(REMEMBERED_DIRECTORIES);
  #removals = 0;
  #removing = 0;

  constructor(root: string, threads: DiskThreads) {
    this.#root = resolve(root);
    this.#threads = threads;
  }

  /** Creates the root durably. */
  async makeRoot(): Promise<void> {
    const first = await makeDirectories(this.#root);
    // An earlier start may have died between making it and syncing its name.
    const above = dirname(first ?? this.#root);
    await this.#threads.ask({ kind: 'sync', directories: directoriesUpTo(above, this.#root) });
  }

  /**
   * Runs what gives a file the name `path` (from the root). Once it resolves, what has that name now is
   * durable, and so are the directories up to the root.
   */
  async place(path: string, move: Target['move'], run: (target: Target) => Promise<Succeeded>): Promise<Succeeded> {
    const since = this.#removals;
    const at = join(this.#root, path);
    const unknown = this.#unknown(dirname(at));
    const answer = await run({
      root: this.#root,
      path: at,
      move,
      isNewDirectory: unknown.length > 0,
      syncs: [dirname(at), ...unknown.map(dirname)],
    });
    if (answer.outcome === 'done' || answer.outcome === 'exists') await this.#settle(at, unknown, since);
    return answer;
  }

  /** Makes the entry of `path` (from the root) durable, as `place` does. */
  async sync(path: string): Promise<void> {
    await this.place(path, 'link', ({ syncs }) => this.#threads.ask({ kind: 'sync', directories: syncs }));
  }

  /**
   * Removes `path` (from the root) durably, and the directories that it left empty. First-level
   * directories stay: they come from the key layout, and the next put would make them again.
   */
  async remove(path: string, spare?: string): Promise<Succeeded> {
    const directories = directoriesUpTo(this.#root, join(this.#root, path));
    const prune = directories.slice(0, -2);
    const removal: Removal = {
      path: join(this.#root, path),
      prune,
      above: directories[prune.length] ?? this.#root,
      ...(spare === undefined ? {} : { spare }),
    };
    if (prune.length === 0) return await this.#threads.ask({ kind: 'remove', removal });
    for (const directory of prune) this.#durable.delete(directory);
    this.#removals++;
    this.#removing++;
    try {
      return await this.#threads.ask({ kind: 'remove', removal });
    } finally {
      this.#removing--;
    }
  }

  /** A directory removed since then may be another one by now, whose entry nobody has synced. */
  async #settle(path: string, unknown: readonly string[], since: number): Promise<void> {
    if (since === this.#removals && this.#removing === 0) for (const at of unknown) this.#durable.add(at);
    else await this.#threads.ask({ kind: 'sync', directories: directoriesUpTo(this.#root, path) });
  }

  /** Deepest first. */
  #unknown(directory: string): readonly string[] {
    const unknown: string[] = [];
    for (let at = directory; at !== this.#root && !this.#durable.has(at); at = dirname(at)) unknown.push(at);
    return unknown;
  }
}
