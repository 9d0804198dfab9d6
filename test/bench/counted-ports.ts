import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { Item, Tables } from '../../shared/ports/tables.ts';
import { itemSizeBytes, writeUnits } from './item-size.ts';

/** Calls and billed units, by what they were for. */
export type Counts = Map<string, { calls: number; units: number }>;

/** One call in so many is weighed, the others taken for as heavy: weighing all takes a fifth of what filing does. */
const WEIGHED_SHARE = 16;

/** What the calls of a run are for: the first part of an object key, or of a table key. */
export class CallCounter {
  readonly #stages = new Map<string, { kind: string; calls: number; weighed: number; units: number }>();

  /** `units` tells what the call is billed. */
  add(kind: string, stage: string, units: () => number = () => 1): void {
    const name = `${stage}: ${kind}`;
    const count = this.#stages.get(name) ?? { kind, calls: 0, weighed: 0, units: 0 };
    if (count.calls % WEIGHED_SHARE === 0) {
      count.weighed += 1;
      count.units += units();
    }
    count.calls += 1;
    this.#stages.set(name, count);
  }

  get counts(): Counts {
    const counts: Counts = new Map();
    for (const [name, { kind, calls, weighed, units }] of this.#stages) {
      const billed = (units / weighed) * calls;
      const all = counts.get(kind) ?? { calls: 0, units: 0 };
      counts.set(kind, { calls: all.calls + calls, units: all.units + billed });
      counts.set(name, { calls, units: billed });
    }
    return counts;
  }
}

/** The same ports, counting each call as the cloud would bill it. */
export function countedPorts(ports: Ports, counter: CallCounter): Ports {
  return {
    ...ports,
    intake: countedObjects(ports.intake, counter),
    archive: countedObjects(ports.archive, counter),
    tables: countedTables(ports.tables, counter),
    queue: {
      send: (...call) => {
        counter.add('queueSend', 'queue');
        return ports.queue.send(...call);
      },
    },
  };
}

function countedObjects(store: ObjectStore, counter: CallCounter): ObjectStore {
  const stage = (key: string) => key.slice(0, key.indexOf('/'));
  return {
    put: (key, ...rest) => {
      counter.add('objectPut', stage(key));
      return store.put(key, ...rest);
    },
    get: (key, ...rest) => {
      counter.add('objectGet', stage(key));
      return store.get(key, ...rest);
    },
    delete: (key) => {
      counter.add('objectDelete', stage(key));
      return store.delete(key);
    },
    head: (key) => store.head(key),
    list: (...call) => store.list(...call),
    listVersions: (...call) => store.listVersions(...call),
    deleteVersion: (...call) => store.deleteVersion(...call),
    retain: (...call) => store.retain(...call),
    setLegalHold: (...call) => store.setLegalHold(...call),
    temporaryUrl: (...call) => store.temporaryUrl(...call),
  };
}

/** And a consistent read per started 4 KB; one that finds nothing costs one. */
function readUnits(items: readonly (Item | undefined)[]): number {
  const bytes = items.reduce((sum, item) => sum + (item ? itemSizeBytes(item) : 0), 0);
  return Math.max(1, Math.ceil(bytes / 4096));
}

function countedTables(tables: Tables, counter: CallCounter): Tables {
  const stage = (key: { readonly pk: string; readonly sk: string }) => {
    const [kind = ''] = key.pk.split('#');
    return kind === 'message' ? (key.sk.split('#')[0] ?? kind) : kind;
  };
  const wrote = (kind: string, item: Item) => counter.add(kind, stage(item), () => writeUnits(item));
  return {
    get: async (table, key) => {
      const item = await tables.get(table, key);
      counter.add('tableRead', stage(key), () => readUnits([item]));
      return item;
    },
    put: (table, item) => {
      wrote('tableWrite', item);
      return tables.put(table, item);
    },
    putIfAbsent: (table, item) => {
      wrote('tableWrite', item);
      return tables.putIfAbsent(table, item);
    },
    putIfVersion: (table, item, expected) => {
      wrote('tableWrite', item);
      return tables.putIfVersion(table, item, expected);
    },
    deleteIfVersion: (...call) => tables.deleteIfVersion(...call),
    batchPut: (table, items) => {
      for (const item of items) wrote('tableWrite', item);
      return tables.batchPut(table, items);
    },
    query: async (table, pk, options) => {
      const page = await tables.query(table, pk, options);
      counter.add('tableRead', pk.split('#')[0] ?? pk, () => readUnits(page.items));
      return page;
    },
    queryIndex: (...call) => tables.queryIndex(...call),
    scan: (...call) => tables.scan(...call),
  };
}
