import type { ItemKey, TableName, Tables } from '../../ports/tables.ts';

export interface DelayedIndexOptions {
  readonly tables: Tables;
  /** Tables that the index queries are answered from; nobody else writes them. */
  readonly replica: Tables;
  /** How many further writes it takes until the indexes show one. */
  readonly delayWrites: number;
}

/** Tables whose indexes lag behind, as DynamoDB's may, made of tables whose indexes do not. For tests. */
export function createDelayedIndexTables(options: DelayedIndexOptions): Tables & { catchUp(): Promise<void> } {
  const { tables, replica, delayWrites } = options;
  const late: { readonly table: TableName; readonly key: ItemKey }[] = [];

  async function replicate(untilLeft: number): Promise<void> {
    while (late.length > untilLeft) {
      const change = late.shift();
      if (change) await copy(change.table, change.key);
    }
  }

  /** Whatever the item is by now, so that the order of concurrent writes does not matter. */
  async function copy(table: TableName, key: ItemKey): Promise<void> {
    const item = await tables.get(table, key);
    if (item) return await replica.put(table, item);
    const stale = await replica.get(table, key);
    if (stale) await replica.deleteIfVersion(table, key, stale.version);
  }

  async function noted<Result>(table: TableName, keys: readonly ItemKey[], write: Promise<Result>): Promise<Result> {
    const result = await write;
    late.push(...keys.map((key) => ({ table, key })));
    await replicate(delayWrites);
    return result;
  }

  return {
    get: (table, key) => tables.get(table, key),
    put: (table, item) => noted(table, [item], tables.put(table, item)),
    putIfAbsent: (table, item) => noted(table, [item], tables.putIfAbsent(table, item)),
    putIfVersion: (table, item, expected) => noted(table, [item], tables.putIfVersion(table, item, expected)),
    deleteIfVersion: (table, key, expected) => noted(table, [key], tables.deleteIfVersion(table, key, expected)),
    batchPut: (table, items) => noted(table, items, tables.batchPut(table, items)),
    query: (table, pk, query) => tables.query(table, pk, query),
    queryIndex: (table, index, pk, query) => replica.queryIndex(table, index, pk, query),
    scan: (table, query) => tables.scan(table, query),
    catchUp: () => replicate(0),
  };
}
