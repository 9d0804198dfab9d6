import { setImmediate as turn } from 'node:timers/promises';
import { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import { StorageError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Tables } from '../../shared/ports/tables.ts';

export interface FaultOptions {
  readonly seed: number;
  /** Of each kind of fault, for each call; from 0 to 1. */
  readonly chance: number;
  /** At this call the process dies; left out, it never does. */
  readonly lastCall?: number;
}

/** Turns of the event loop that a call is held up: long enough for hundreds of others to overtake it. */
const MOST_TURNS = 300;

/**
 * Decides, the same for the same seed and order of calls, which calls to stores fail before they do
 * anything, are held up, or do their work and fail all the same; and when the process is dead: then no
 * call begins any more, and none that runs is answered.
 */
export class Faults {
  readonly #random: SeededRandom;
  readonly #chance: number;
  readonly #lastCall: number;
  readonly #running = new Set<Promise<unknown>>();
  readonly #died = Promise.withResolvers<void>();
  readonly #counts = { calls: 0, before: 0, stalled: 0, after: 0 };
  #isDead = false;

  constructor({ seed, chance, lastCall = Number.POSITIVE_INFINITY }: FaultOptions) {
    this.#random = new SeededRandom(seed);
    this.#chance = chance;
    this.#lastCall = lastCall;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** How many calls there were, and what befell them. */
  get counts(): { readonly calls: number; readonly before: number; readonly stalled: number; readonly after: number } {
    return this.#counts;
  }

  /** Resolves once the process is dead and what its last calls did is done. */
  async death(): Promise<void> {
    await this.#died.promise;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Runs `work`, or not; `partly` is what is left of it where it fails after it began. */
  async run<T>(name: string, work: () => Promise<T>, partly: () => Promise<unknown> = work): Promise<T> {
    if (this.#isDead) return await never();
    this.#counts.calls += 1;
    const fate = this.#random.next() / this.#chance;
    if (this.#counts.calls >= this.#lastCall) {
      this.#die(this.#random.next() < 0.5 ? partly : async () => undefined);
      return await never();
    }
    if (fate < 1) {
      this.#counts.before += 1;
      throw new StorageError(`${name}, before it began`);
    }
    if (fate < 2) {
      this.#counts.stalled += 1;
      for (let left = this.#random.between(1, MOST_TURNS); left > 0; left -= 1) await turn();
      if (this.#isDead) return await never();
    }
    if (fate >= 2 && fate < 3) {
      await this.#tracked(partly());
      if (this.#isDead) return await never();
      this.#counts.after += 1;
      throw new StorageError(`${name}, after it was done`);
    }
    const result = await this.#tracked(work());
    return this.#isDead ? await never() : result;
  }

  #die(lastWork: () => Promise<unknown>): void {
    this.#isDead = true;
    this.#tracked(lastWork()).catch(() => undefined);
    this.#died.resolve();
  }

  async #tracked<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }
}

/** What a dead process answers. */
function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

/** The same objects behind faults. */
export function faultyObjects(store: ObjectStore, faults: Faults): ObjectStore {
  return {
    put: (key, ...rest) => faults.run(`put ${key}`, () => store.put(key, ...rest)),
    get: (key, ...rest) => faults.run(`get ${key}`, () => store.get(key, ...rest)),
    head: (key) => faults.run(`head ${key}`, () => store.head(key)),
    list: (prefix, options) => faultyList(store.list(prefix, options), faults),
    listVersions: (prefix) => faultyList(store.listVersions(prefix), faults),
    delete: (key) => faults.run(`delete ${key}`, () => store.delete(key)),
    deleteVersion: (...call) => faults.run('delete version', () => store.deleteVersion(...call)),
    retain: (...call) => faults.run('retain', () => store.retain(...call)),
    setLegalHold: (...call) => faults.run('hold', () => store.setLegalHold(...call)),
    temporaryUrl: (...call) => faults.run('url', () => store.temporaryUrl(...call)),
  };
}

async function* faultyList<T>(listed: AsyncIterable<T>, faults: Faults): AsyncIterable<T> {
  const objects = listed[Symbol.asyncIterator]();
  for (;;) {
    const next = await faults.run('list', () => objects.next());
    if (next.done) return;
    yield next.value;
  }
}

/** The same tables behind faults; a batch that fails after it began is half done. */
export function faultyTables(tables: Tables, faults: Faults): Tables {
  return {
    get: (...call) => faults.run('get item', () => tables.get(...call)),
    put: (...call) => faults.run('put item', () => tables.put(...call)),
    putIfAbsent: (...call) => faults.run('put item if absent', () => tables.putIfAbsent(...call)),
    putIfVersion: (...call) => faults.run('put item if version', () => tables.putIfVersion(...call)),
    deleteIfVersion: (...call) => faults.run('delete item', () => tables.deleteIfVersion(...call)),
    batchPut: (table, items) =>
      faults.run(
        'put items',
        () => tables.batchPut(table, items),
        () => tables.batchPut(table, items.slice(0, items.length / 2)),
      ),
    query: (...call) => faults.run('query', () => tables.query(...call)),
    queryIndex: (...call) => faults.run('query index', () => tables.queryIndex(...call)),
    scan: (...call) => faults.run('scan', () => tables.scan(...call)),
  };
}
