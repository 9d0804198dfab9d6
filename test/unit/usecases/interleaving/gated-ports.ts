import { hash } from 'node:crypto';
import type { ListedObject, ObjectFacts, ObjectStore } from '../../../../shared/ports/object-store.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Item, ItemKey, Tables } from '../../../../shared/ports/tables.ts';
import type { Gate, Ownership } from './unfolded-process.ts';

export interface GatedBy {
  /** Who else touches this object or item. */
  readonly ownershipOf: (key: string) => Ownership;
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
    intake: gatedObjects(ports.intake, 'intake', gate, by),
    archive: gatedObjects(ports.archive, 'archive', gate, by),
    tables: gatedTables(ports.tables, gate, by),
    log: {
      append: (entries) =>
        gate({ name: `log append ${digest(entries)}`, own: true, run: () => ports.log.append(entries) }),
    },
  };
}

function gatedObjects(store: ObjectStore, name: string, gate: Gate, by: GatedBy): ObjectStore {
  const through = <T>(does: string, key: string, run: () => Promise<T>) =>
    gate({ name: `${name} ${does} ${key}`, own: by.ownershipOf(key), run });
  return {
    async *list(prefix) {
      yield* await through('list', prefix, async () => {
        const listed: ListedObject[] = [];
        for await (const object of store.list(prefix)) listed.push({ ...object, ...hidden });
        return listed;
      });
    },
    retain: (key, versionId, until) =>
      through(`retain ${until.toISOString()}`, key, () => store.retain(key, versionId, until)),
    setLegalHold: ungated,
    temporaryUrl: ungated,
    put: (key, body, options) =>
      through(
        `put ${digest(options)} ${body instanceof Uint8Array ? hash('sha1', body) : 'a stream'}`,
        key,
        async () => {
          const put = await store.put(key, body, options);
          return put.outcome === 'stored' ? { ...put, etag: '' } : put;
        },
      ),
    get: (key) =>
      through('get', key, async () => {
        const object = await store.get(key);
        return object && { ...object, ...hidden };
      }),
    head: (key) =>
      through('head', key, async () => {
        const facts = await store.head(key);
        return facts && { ...facts, ...hidden };
      }),
    delete: (key) => through('delete', key, () => store.delete(key)),
    deleteVersion: (key, versionId) =>
      through(`deleteVersion ${versionId}`, key, () => store.deleteVersion(key, versionId)),
    async *listVersions(prefix) {
      yield* await through('listVersions', prefix, async () => {
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
  const through = <T>(does: string, { pk, sk }: ItemKey, run: () => Promise<T>) =>
    gate({ name: `${does} ${pk} ${sk}`, own: by.ownershipOf(`${pk} ${sk}`), run });
  return {
    put: (table, item) => through(`put ${digest(item)}`, item, () => tables.put(table, item)),
    deleteIfVersion: (table, key, expected) =>
      through(`deleteIfVersion ${expected}`, key, () => tables.deleteIfVersion(table, key, expected)),
    queryIndex: ungated,
    scan: ungated,
    get: (table, key) =>
      by.seesVersions
        ? through('get', key, () => tables.get(table, key))
        : through('read', key, async () => {
            const item = await tables.get(table, key);
            return item && { ...key, version: 0, data: item.data };
          }),
    putIfAbsent: (table, item) => through(`putIfAbsent ${digest(item)}`, item, () => tables.putIfAbsent(table, item)),
    putIfVersion: (table, item, expected) =>
      through(`putIfVersion ${expected} ${digest(item)}`, item, () => tables.putIfVersion(table, item, expected)),
    batchPut: (table, items) => {
      if (items.every(({ pk }) => BY_KEY.test(pk))) {
        const [first = { pk: '', sk: '' }] = items;
        return through(`batchPut ${digest(items)}`, first, () => tables.batchPut(table, items));
      }
      const named = items.map(namedByContents);
      return gate({ name: `batchPut ${digest(named)}`, own: true, run: () => tables.batchPut(table, named) });
    },
    query: (table, pk, options) => {
      // What is read beside is taken to be these only; see who calls that what is its own.
      if (!/^(filing|rendition|attachment|reference)#/.test(options.prefix ?? '') && !WHOLE_PARTITIONS.test(pk))
        throw new Error('a query that nobody reckons with');
      return through(`query ${digest(options)}`, { pk, sk: options.prefix ?? '' }, () =>
        tables.query(table, pk, options),
      );
    },
  };
}

/** Read by whoever makes a hold or a policy, and decides on one; and of a message by whoever deletes what is left of it. */
const WHOLE_PARTITIONS = /^(purge-under-way#\d+|legal-hold|retention-policy|message#\S+)$/;

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
