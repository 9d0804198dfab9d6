import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Tables } from '../../../../shared/ports/tables.ts';
import type { Gate } from './explorer.ts';

/**
 * Ports whose every call waits at the gate. What only one process ever touches, its intake object, its
 * ledger entry and its log stream, is a step of its own.
 */
export function gatedPorts(ports: Ports, gate: Gate): Ports {
  return {
    ...ports,
    intake: gatedObjects(ports.intake, 'intake', gate),
    archive: gatedObjects(ports.archive, 'archive', gate),
    tables: gatedTables(ports.tables, gate),
    log: { append: (entries) => gate('log', true, () => ports.log.append(entries)) },
  };
}

function gatedObjects(store: ObjectStore, name: string, gate: Gate): ObjectStore {
  const own = name === 'intake';
  return {
    ...store,
    put: (key, ...rest) => gate(`${name} put ${key}`, own, () => store.put(key, ...rest)),
    get: (key, ...rest) => gate(`${name} get ${key}`, own, () => store.get(key, ...rest)),
    delete: (key) => gate(`${name} delete ${key}`, own, () => store.delete(key)),
    deleteVersion: (key, versionId) =>
      gate(`${name} deleteVersion ${key}`, own, () => store.deleteVersion(key, versionId)),
    async *listVersions(prefix) {
      const versions = await gate(`${name} listVersions`, own, async () => {
        const found = [];
        for await (const version of store.listVersions(prefix)) found.push(version);
        return found;
      });
      yield* versions;
    },
  };
}

function gatedTables(tables: Tables, gate: Gate): Tables {
  const name = (key: { readonly pk: string; readonly sk: string }) => `${key.pk.slice(0, 14)} ${key.sk.slice(0, 24)}`;
  const own = (key: { readonly pk: string }) => /^(ledger|mark|folder)#/.test(key.pk);
  return {
    ...tables,
    get: (table, key) => gate(`get ${name(key)}`, own(key), () => tables.get(table, key)),
    putIfAbsent: (table, item) => gate(`putIfAbsent ${name(item)}`, own(item), () => tables.putIfAbsent(table, item)),
    putIfVersion: (table, item, expected) =>
      gate(`putIfVersion ${name(item)}`, own(item), () => tables.putIfVersion(table, item, expected)),
    batchPut: (table, items) => gate('batchPut', true, () => tables.batchPut(table, items)),
    query: (table, pk, options) =>
      gate(`query ${pk.slice(0, 14)} ${options.prefix}`, false, () => tables.query(table, pk, options)),
  };
}
