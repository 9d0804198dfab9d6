import type { Item, ItemKey, Page, TableName, Tables } from '../../ports/tables.ts';
import { decodeCursor } from '../rules/cursor.ts';
import { checkItemKey, decodeItem, encodeItem } from '../rules/item.ts';
import { checkLimit, planQuery, type QueryPlan } from '../rules/query-plan.ts';
import { inIndex, inPartition, inTable, type MemoryRow, type RowOrder, readPage } from './memory-page.ts';

type Rows = Map<string, MemoryRow>;

/** A change that the indexes do not show yet. */
interface LateChange {
  readonly id: string;
  readonly row: MemoryRow | undefined;
  readonly dueAt: number;
}

/** What the tables held at one instant; stays as it is whatever happens to them. */
interface TablesSnapshot {
  readonly rows: ReadonlyMap<string, MemoryRow>;
  readonly indexed: ReadonlyMap<string, MemoryRow>;
  readonly late: readonly LateChange[];
  readonly operations: number;
}

/** Every operation takes effect within its call, so that a test decides the interleaving. */
export interface MemoryTables extends Tables {
  /** Cheap: shares the items, which never change. */
  snapshot(): TablesSnapshot;
  restore(snapshot: TablesSnapshot): void;
  /** The indexes show everything from now. */
  catchUp(): void;
}

export interface MemoryTablesOptions {
  /** How many further operations it takes until `queryIndex` sees a write. Default: none. */
  readonly indexDelayOperations?: number;
}

/** `Tables` for tests: small numbers of items, found by walking over them. */
export function createMemoryTables({ indexDelayOperations = 0 }: MemoryTablesOptions = {}): MemoryTables {
  let rows: Rows = new Map();
  let indexed: Rows = rows;
  let late: LateChange[] = [];
  let operations = 0;
  if (indexDelayOperations > 0) indexed = new Map();

  function begin(): void {
    operations++;
    while (late[0] !== undefined && late[0].dueAt < operations) showNext();
  }

  function showNext(): void {
    const change = late.shift();
    if (change?.row) indexed.set(change.id, change.row);
    else if (change) indexed.delete(change.id);
  }

  function change(id: string, row: MemoryRow | undefined): void {
    if (row) rows.set(id, row);
    else rows.delete(id);
    if (indexed !== rows) late.push({ id, row, dueAt: operations + indexDelayOperations });
  }

  function write(table: TableName, item: Item, mayWrite: (current: MemoryRow | undefined) => boolean): boolean {
    begin();
    const row = rowOf(table, item);
    const id = idOf(table, item);
    if (!mayWrite(rows.get(id))) return false;
    change(id, row);
    return true;
  }

  function page(from: Rows, order: RowOrder, plan: QueryPlan): Page {
    begin();
    return readPage(from.values(), order, plan);
  }

  return {
    async get(table, key) {
      checkItemKey(key);
      begin();
      const row = rows.get(idOf(table, key));
      return row && decodeItem(row.json);
    },
    async put(table, item) {
      write(table, item, () => true);
    },
    async putIfAbsent(table, item) {
      return write(table, item, (current) => current === undefined) ? 'stored' : 'exists';
    },
    async putIfVersion(table, item, expected) {
      return write(table, item, (current) => current?.item.version === expected) ? 'stored' : 'conflict';
    },
    async deleteIfVersion(table, key, expected) {
      checkItemKey(key);
      begin();
      const current = rows.get(idOf(table, key));
      if (current === undefined) return 'deleted';
      if (current.item.version !== expected) return 'conflict';
      change(idOf(table, key), undefined);
      return 'deleted';
    },
    async batchPut(table, items) {
      for (const item of items) encodeItem(item);
      for (const item of items) write(table, item, () => true);
    },
    async query(table, pk, options) {
      return page(rows, inPartition(table), planQuery(pk, options, 1));
    },
    async queryIndex(table, index, pk, options) {
      return page(indexed, inIndex(table, index), planQuery(pk, options, 3));
    },
    async scan(table, { limit, cursor }) {
      const after = cursor === undefined ? {} : { after: decodeCursor(cursor, 2) };
      return page(rows, inTable(table), { pk: '', low: '', descending: false, limit: checkLimit(limit), ...after });
    },
    snapshot: () => ({ rows: new Map(rows), indexed: new Map(indexed), late: [...late], operations }),
    restore(snapshot) {
      rows = new Map(snapshot.rows);
      indexed = indexDelayOperations > 0 ? new Map(snapshot.indexed) : rows;
      late = [...snapshot.late];
      operations = snapshot.operations;
    },
    catchUp() {
      while (late.length > 0) showNext();
    },
  };
}

function rowOf(table: TableName, item: Item): MemoryRow {
  const json = encodeItem(item);
  return { table, json, item: decodeItem(json) };
}

/** Keys hold every character but are told apart by their lengths. */
function idOf(table: TableName, { pk, sk }: ItemKey): string {
  return `${table} ${pk.length} ${pk} ${sk}`;
}
