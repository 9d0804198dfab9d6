import type { Ports } from '../ports/ports.ts';
import type { IndexName, Item, QueryOptions, TableName } from '../ports/tables.ts';

/** Items per page, where nobody asks for fewer. */
const PAGE = 500;

/** All items of one partition, page by page: for partitions that a constant bounds, or whose items are used one by one. */
export async function* queryAll(
  { tables }: Pick<Ports, 'tables'>,
  table: TableName,
  pk: string,
  options: Omit<QueryOptions, 'limit' | 'cursor'> & { readonly index?: IndexName; readonly page?: number } = {},
): AsyncIterable<Item> {
  const { index, page: limit = PAGE, ...rest } = options;
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { ...rest, limit } : { ...rest, limit, cursor };
    const page = index ? await tables.queryIndex(table, index, pk, query) : await tables.query(table, pk, query);
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
