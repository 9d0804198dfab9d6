import { hash } from 'node:crypto';
import type { ListedObject, ObjectFacts, ObjectStore } from '../../../../shared/ports/object-store.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Item, ItemKey, TableName, Tables } from '../../../../shared/ports/tables.ts';
import type { Touch } from './calls.ts';
import type { Gate } from './run.ts';

export interface GatedBy {
  /** Whether the process is shown versions and indexes of items it gets; one that goes by neither need not be told. */
  readonly seesVersions: boolean;
}

/**
 * Ports whose every call waits at the gate, named by all that it does. What depends on the schedule but
 * not on what was done, as an etag that counts writes, is hidden from the process, so that its answers do not
 * differ by it. The log can be told apart by nobody while processes run.
 */
export function gatedPorts(ports: Ports, gate: Gate, by: GatedBy): Ports {
  return {
    ...ports,
    intake: gatedObjects(ports.intake, 'intake', gate),
    archive: gatedObjects(ports.archive, 'archive', gate),
    tables: gatedTables(ports.tables, gate, by),
    log: {
      append: (entries) =>
        gate({
          name: `log append ${digest(entries)}`,
          touches: entries.map((entry) => ({ place: `log ${digest(entry)}`, does: 'add' })),
          run: () => ports.log.append(entries),
        }),
    },
  };
}

function gatedObjects(store: ObjectStore, name: string, gate: Gate): ObjectStore {
  const through = <T>(what: string, key: string, touch: Omit<Touch, 'place'>, run: () => Promise<T>) =>
    gate({ name: `${name} ${what} ${key}`, touches: [{ place: `${name} ${key}`, ...touch }], run });
  return {
    async *list(prefix) {
      yield* await through('list', prefix, READS_RANGE, async () => {
        const listed: ListedObject[] = [];
        for await (const object of store.list(prefix)) listed.push({ ...object, ...hidden });
        return listed;
      });
    },
    retain: (key, versionId, until) =>
      through(`retain ${until.toISOString()}`, key, WRITES, () => store.retain(key, versionId, until)),
    setLegalHold: ungated,
    temporaryUrl: ungated,
    put: (key, body, options) =>
      through(
        `put ${digest(options)} ${body instanceof Uint8Array ? hash('sha1', body) : 'a stream'}`,
        key,
        WRITES,
        async () => {
          const put = await store.put(key, body, options);
          return put.outcome === 'stored' ? { ...put, etag: '' } : put;
        },
      ),
    get: (key) =>
      through('get', key, READS, async () => {
        const object = await store.get(key);
        return object && { ...object, ...hidden };
      }),
    head: (key) =>
      through('head', key, READS, async () => {
        const facts = await store.head(key);
        return facts && { ...facts, ...hidden };
      }),
    delete: (key) => through('delete', key, WRITES, () => store.delete(key)),
    deleteVersion: (key, versionId) =>
      through(`deleteVersion ${versionId}`, key, WRITES, () => store.deleteVersion(key, versionId)),
    async *listVersions(prefix) {
      yield* await through('listVersions', prefix, READS_RANGE, async () => {
        const versions: ObjectFacts[] = [];
        for await (const facts of store.listVersions(prefix)) versions.push({ ...facts, ...hidden });
        return versions;
      });
    },
  };
}

function ungated(): never {
  throw new Error('filing and purging have not called this so far: put it behind the gate');
}

const hidden = { etag: '', modifiedAt: new Date(0) };

function gatedTables(tables: Tables, gate: Gate, by: GatedBy): Tables {
  const through = <T>(
    what: string,
    table: TableName,
    { pk, sk }: ItemKey,
    touch: Omit<Touch, 'place'>,
    run: () => Promise<T>,
  ) => gate({ name: `${what} ${table} ${pk} ${sk}`, touches: [{ place: placeOf(table, { pk, sk }), ...touch }], run });
  return {
    put: (table, item) => through(`put ${digest(item)}`, table, item, WRITES, () => tables.put(table, item)),
    deleteIfVersion: (table, key, expected) =>
      through(`deleteIfVersion ${expected}`, table, key, WRITES, () => tables.deleteIfVersion(table, key, expected)),
    queryIndex: ungated,
    scan: ungated,
    get: (table, key) =>
      by.seesVersions
        ? through('get', table, key, READS, () => tables.get(table, key))
        : through('read', table, key, READS, async () => {
            const item = await tables.get(table, key);
            return item && { ...key, version: 0, data: item.data };
          }),
    putIfAbsent: (table, item) =>
      through(`putIfAbsent ${digest(item)}`, table, item, WRITES, () => tables.putIfAbsent(table, item)),
    putIfVersion: (table, item, expected) =>
      through(`putIfVersion ${expected} ${digest(item)}`, table, item, WRITES, () =>
        tables.putIfVersion(table, item, expected),
      ),
    batchPut: (table, items) => {
      const isByKey = items.every(({ pk }) => BY_KEY.test(pk));
      const named = isByKey ? items : items.map(namedByContents);
      return gate({
        name: `batchPut ${table} ${digest(named)}`,
        touches: named.map((item) => ({ place: placeOf(table, item), does: isByKey ? 'write' : 'add' })),
        run: () => tables.batchPut(table, named),
      });
    },
    query: (table, pk, options) =>
      through(`query ${digest(options)}`, table, { pk, sk: options.prefix ?? '' }, READS_RANGE, () =>
        tables.query(table, pk, options),
      ),
  };
}

const READS = { does: 'read' } as const;
const READS_RANGE = { does: 'read', isRange: true } as const;
const WRITES = { does: 'write' } as const;

/** That of a prefix begins those of all keys that begin with it. */
function placeOf(table: TableName, { pk, sk }: ItemKey): string {
  return JSON.stringify([table, pk, sk]).slice(0, -2);
}

/** What is put in batches and read by its key while processes run. */
const BY_KEY = /^(purge-work|job-purge)#/;

/** Marks have random names; nobody reads them while processes run, so one of each unit and contents is enough. */
function namedByContents(item: Item): Item {
  const unit = item.pk.startsWith('marks#') ? item.sk.replace(/[^#]+#[^#]+$/, '') : '';
  return { ...item, sk: `${unit}${digest(item.data)}#0` };
}

function digest(value: unknown): string {
  return hash('sha1', JSON.stringify(value) ?? '');
}
