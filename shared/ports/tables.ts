/** Which table an item lives in; the split follows the owner of the items (docs/architecture.md has the keys). */
export type TableName = 'messages' | 'configuration' | 'activity';

/**
 * `list`: what people page through. `versions`: records by their Message-ID. `unlogged`: items whose log
 * entry is not known to be durable (sparse).
 */
export type IndexName = 'list' | 'versions' | 'unlogged';

/** Partition and sort key: up to 1,024 bytes each, never empty. Sort keys order by their UTF-8 bytes. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };
export type JsonObject = { readonly [name: string]: Json | undefined };

/** One item, at most 400 KB as JSON. `data` is the owner's; the store looks only at the rest. */
export interface Item<Data = JsonObject> extends ItemKey {
  /** Starts at 1, grows by one with every change; compared by the conditional writes. */
  readonly version: number;
  /** Where the item stands in the named indexes; left out, it is in none. */
  readonly indexes?: { readonly [Name in IndexName]?: ItemKey };
  /** Seconds since 1970 after which the item may vanish at any time; readers must look at it themselves. */
  readonly expiresAt?: number;
  /** A removed item stays as a mark, so that versions of its key go on growing and the log can be folded in any order. */
  readonly removed?: true;
  readonly data: Data;
}

export interface QueryOptions {
  /** First sort key (inclusive) and last (inclusive), in bytes order, whatever the direction. At most 1,024 bytes each. */
  readonly from?: string;
  readonly to?: string;
  /** Only sort keys that start with this; together with `from`/`to` all must hold. */
  readonly prefix?: string;
  /** Descending sort keys. */
  readonly newestFirst?: boolean;
  /** 1 to 1,000. A page may be shorter and still have a cursor, but then it has at least one item. */
  readonly limit: number;
  /** As the page before gave it. Items put or deleted meanwhile neither repeat nor hide others. */
  readonly cursor?: string;
}

export interface Page<Data = JsonObject> {
  readonly items: readonly Item<Data>[];
  /** Absent on the last page. */
  readonly cursor?: string;
}

/**
 * Conditional key-value tables. A write is durable before it resolves, and every method is atomic
 * for its item. Every method may throw `StorageError` (retryable: nothing is known about the write) and
 * `InvalidRequestError` for what breaks a rule of this file. Where an adapter repeats a write whose answer
 * was lost, it may meet its own write, and answers `exists` or `conflict`.
 * Data is what `JSON.parse(JSON.stringify(data))` gives.
 */
export interface Tables {
  /** Consistent: sees every write that resolved before. */
  get(table: TableName, key: ItemKey): Promise<Item | undefined>;
  /** Replaces whatever is there. */
  put(table: TableName, item: Item): Promise<void>;
  /** Stores the item only where there is none with its key. */
  putIfAbsent(table: TableName, item: Item): Promise<'stored' | 'exists'>;
  /** Replaces the item only while its version is `expected`; an absent item is a `conflict`. */
  putIfVersion(table: TableName, item: Item, expected: number): Promise<'stored' | 'conflict'>;
  /** Deletes the item only while its version is `expected`; an absent item counts as `deleted`. */
  deleteIfVersion(table: TableName, key: ItemKey, expected: number): Promise<'deleted' | 'conflict'>;
  /** Replaces many items, in no order, without atomicity between them. Any number. */
  batchPut(table: TableName, items: readonly Item[]): Promise<void>;
  /** Items of one partition, consistent, in the order of their sort keys. */
  query(table: TableName, pk: string, options: QueryOptions): Promise<Page>;
  /**
   * Items of one index partition: eventually consistent, so it must never decide a deletion or a duplicate. Equal sort
   * keys stand in an order of the store's own, the same for every page size.
   */
  queryIndex(table: TableName, index: IndexName, pk: string, options: QueryOptions): Promise<Page>;
  /** Every item of a table, for tests, repair and the sweep of small tables; page by page, in no order. */
  scan(table: TableName, options: { readonly limit: number; readonly cursor?: string }): Promise<Page>;
}
