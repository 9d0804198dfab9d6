import type { Item, TableName } from './tables.ts';

/** A whole table item; the tables are rebuilt from these, keeping the highest version of each key. */
export interface LogEntry {
  readonly table: TableName;
  readonly item: Item;
}

/** The write-once log in the archive bucket from which the tables can be rebuilt. */
export interface ArchiveLog {
  /** Durable before it resolves. Calls made at the same time share one object. Throws `StorageError`. */
  append(entries: readonly LogEntry[]): Promise<void>;
}
