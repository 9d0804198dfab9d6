import type { IndexName, Item, Page, TableName } from '../../ports/tables.ts';
import { decodeItem } from '../rules/item.ts';
import { comparePositions, type Position, pageOf, positionOf, type QueryPlan } from '../rules/query-plan.ts';
import { compareUtf8 } from '../rules/sort-key.ts';

/** An item as it is stored; `item` is for the store itself, callers get a copy made from `json`. */
export interface MemoryRow {
  readonly table: TableName;
  readonly json: string;
  readonly item: Item;
}

/** Where a row stands in the order that is read: `pk` tells the partitions apart, `position` orders within. */
export type RowOrder = (row: MemoryRow) => { readonly pk: string; readonly position: Position } | undefined;

/** The order of a table's partitions. */
export function inPartition(table: TableName): RowOrder {
  return (row) => (row.table === table ? { pk: row.item.pk, position: positionOf(row.item) } : undefined);
}

/** The order of an index's partitions. */
export function inIndex(table: TableName, index: IndexName): RowOrder {
  return ({ table: owner, item }) => {
    const key = owner === table ? item.indexes?.[index] : undefined;
    return key && { pk: key.pk, position: positionOf(item, index) };
  };
}

/** A whole table, as if it were the one partition with an empty key. */
export function inTable(table: TableName): RowOrder {
  return ({ table: owner, item }) => (owner === table ? { pk: '', position: [item.pk, item.sk] } : undefined);
}

/** Returns the page that `plan` asks for, out of `rows` in no order. */
export function readPage(rows: Iterable<MemoryRow>, order: RowOrder, plan: QueryPlan): Page {
  const sign = plan.descending ? -1 : 1;
  const found: { readonly row: MemoryRow; readonly position: Position }[] = [];
  for (const row of rows) {
    const place = order(row);
    if (place?.pk !== plan.pk || !isInside(place.position[0] ?? '', plan)) continue;
    if (plan.after && comparePositions(place.position, plan.after) * sign <= 0) continue;
    found.push({ row, position: place.position });
  }
  found.sort((a, b) => comparePositions(a.position, b.position) * sign);
  const items = found.slice(0, plan.limit).map(({ row }) => decodeItem(row.json));
  return pageOf(items, found.length > plan.limit, () => found[plan.limit - 1]?.position ?? []);
}

function isInside(sk: string, { low, high }: QueryPlan): boolean {
  if (compareUtf8(sk, low) < 0) return false;
  if (high === undefined) return true;
  const order = compareUtf8(sk, high.sk);
  return order < 0 || (order === 0 && high.inclusive);
}
