import { hash } from 'node:crypto';
import type { ObjectFacts, ObjectStore } from '../../../../shared/ports/object-store.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Item, ItemKey, Tables } from '../../../../shared/ports/tables.ts';
import type { Gate } from './unfolded-process.ts';

/** Whether only one process ever touches this object or item. */
export type IsOwn = (key: string) => boolean;

/**
 * Ports whose every call waits at the gate, named by all that it does. What depends on the schedule but
 * not on what was done, as an etag that counts writes, is hidden from the process, so that its answers do not
 * differ by it. The log can be told apart by nobody while processes run.
 */
export function gatedPorts(ports: Ports, gate: Gate, isOwn: IsOwn): Ports {
  return {
    ...ports,
    intake: gatedObjects(ports.intake, 'intake', gate, isOwn),
    archive: gatedObjects(ports.archive, 'archive', gate, isOwn),
    tables: gatedTables(ports.tables, gate, isOwn),
    log: {
      append: (entries) =>
        gate({ name: `log append ${digest(entries)}`, own: true, run: () => ports.log.append(entries) }),
    },
  };
}

function gatedObjects(store: ObjectStore, name: string, gate: Gate, isOwn: IsOwn): ObjectStore {
  const through = <T>(does: string, key: string, run: () => Promise<T>) =>
    gate({ name: `${name} ${does} ${key}`, own: isOwn(key), run });
  return {
    ...store,
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

const hidden = { etag: '', modifiedAt: new Date(0) };

function gatedTables(tables: Tables, gate: Gate, isOwn: IsOwn): Tables {
  const through = <T>(does: string, { pk, sk }: ItemKey, run: () => Promise<T>) =>
    gate({ name: `${does} ${pk} ${sk}`, own: isOwn(`${pk} ${sk}`), run });
  return {
    ...tables,
    get: (table, key) => through('get', key, () => tables.get(table, key)),
    putIfAbsent: (table, item) => through(`putIfAbsent ${digest(item)}`, item, () => tables.putIfAbsent(table, item)),
    putIfVersion: (table, item, expected) =>
      through(`putIfVersion ${expected} ${digest(item)}`, item, () => tables.putIfVersion(table, item, expected)),
    batchPut: (table, items) => {
      const named = items.map(namedByContents);
      return gate({ name: `batchPut ${digest(named)}`, own: true, run: () => tables.batchPut(table, named) });
    },
    query: (table, pk, options) =>
      through(`query ${digest(options)}`, { pk, sk: options.prefix ?? '' }, () => tables.query(table, pk, options)),
  };
}

/** Marks have random names; nobody reads them while processes run, so one of each contents is enough. */
function namedByContents(item: Item): Item {
  return { ...item, sk: digest(item.data) };
}

function digest(value: unknown): string {
  return hash('sha1', JSON.stringify(value) ?? '');
}
