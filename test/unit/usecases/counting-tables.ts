import type { Tables } from '../../../shared/ports/tables.ts';

/** The same tables, and the calls made of them, as `get configuration`; `rows` is how many items came back. */
export function countingTables(tables: Tables) {
  const calls: string[] = [];
  let rows = 0;
  const counted: Tables = {
    get: async (table, key) => {
      calls.push(`get ${table}`);
      const item = await tables.get(table, key);
      rows += item ? 1 : 0;
      return item;
    },
    put: (table, ...rest) => {
      calls.push(`put ${table}`);
      return tables.put(table, ...rest);
    },
    putIfAbsent: (table, ...rest) => {
      calls.push(`put ${table}`);
      return tables.putIfAbsent(table, ...rest);
    },
    putIfVersion: (table, ...rest) => {
      calls.push(`put ${table}`);
      return tables.putIfVersion(table, ...rest);
    },
    deleteIfVersion: (table, ...rest) => {
      calls.push(`delete ${table}`);
      return tables.deleteIfVersion(table, ...rest);
    },
    batchPut: (table, items) => {
      calls.push(`put ${table}`);
      return tables.batchPut(table, items);
    },
    query: async (table, ...rest) => {
      calls.push(`query ${table}`);
      const page = await tables.query(table, ...rest);
      rows += page.items.length;
      return page;
    },
    queryIndex: async (table, ...rest) => {
      calls.push(`queryIndex ${table}`);
      const page = await tables.queryIndex(table, ...rest);
      rows += page.items.length;
      return page;
    },
    scan: (table, ...rest) => {
      calls.push(`scan ${table}`);
      return tables.scan(table, ...rest);
    },
  };
  /** What was asked since the last time. */
  const taken = () => {
    const seen = { calls: calls.splice(0), rows };
    rows = 0;
    return seen;
  };
  return { tables: counted, taken };
}
