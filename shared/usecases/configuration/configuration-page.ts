import type { Ports } from '../../ports/ports.ts';
import type { Item, Page, QueryOptions, TableName } from '../../ports/tables.ts';

/** What a caller asks of a list. */
export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface ListPage<Entry> {
  readonly items: readonly Entry[];
  readonly cursor?: string;
}

/** How often one page is filled up: a run of removed items must not make a request long. */
const MAX_ROUNDS = 10;

/** What a list is read from. */
export interface ListPlace extends Pick<QueryOptions, 'newestFirst' | 'from' | 'to'> {
  readonly table: TableName;
  readonly pk: string;
  /** Eventually consistent. */
  readonly index?: 'list';
}

/**
 * A page of the items that `read` makes an entry of; removed items never come up. Fills pages up where
 * items were left out, within limits: a page may be short, even empty, and still have a cursor.
 */
export async function listPage<Entry>(
  { tables }: Pick<Ports, 'tables'>,
  { table, pk, index, ...order }: ListPlace,
  { limit, cursor }: PageRequest,
  read: (item: Item) => Promise<Entry | undefined> | Entry | undefined,
): Promise<ListPage<Entry>> {
  const items: Entry[] = [];
  let next = cursor;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const options: QueryOptions = {
      ...order,
      limit: limit - items.length,
      ...(next === undefined ? {} : { cursor: next }),
    };
    const page: Page = await (index ? tables.queryIndex(table, index, pk, options) : tables.query(table, pk, options));
    const present = page.items.filter((item) => !item.removed);
    const entries = await Promise.all(present.map(read));
    items.push(...entries.filter((entry) => entry !== undefined));
    next = page.cursor;
    if (next === undefined || items.length >= limit) break;
  }
  return next === undefined ? { items } : { items, cursor: next };
}
