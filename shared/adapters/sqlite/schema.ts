import type { DatabaseSync } from 'node:sqlite';
import type { TableName } from '../../ports/tables.ts';

const TABLES: readonly TableName[] = ['messages', 'configuration', 'activity'];

/** Kept in `user_version`; a higher one was written by a newer Letterlock. */
const SCHEMA_VERSION = 1;

/** Thrown when a newer Letterlock wrote the database. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';
}

/**
 * Makes a database durable at each commit, closed to other processes, and gives an empty one its tables.
 * Throws `NewerSchemaError`, and what SQLite throws.
 */
export function prepareDatabase(database: DatabaseSync): void {
  // Exclusive before WAL: then the index of the WAL needs no shared memory. What is deleted or replaced is overwritten,
  // so that nothing of purged mail is left in unused space.
  database.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA page_size = 8192;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA cache_size = -24576;
    PRAGMA trusted_schema = OFF;
    PRAGMA secure_delete = ON;
  `);
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > SCHEMA_VERSION) {
    throw new NewerSchemaError(`its schema version is ${version}, this Letterlock knows ${SCHEMA_VERSION}: update it`);
  }
  if (version === SCHEMA_VERSION) return;
  database.exec(`BEGIN; ${TABLES.map(createTable).join('')} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

/** Deletes at most `limit` items of each table that expired before `nowSeconds`. */
export function sweepExpired(database: DatabaseSync, nowSeconds: number, limit: number): void {
  for (const table of TABLES) {
    database
      .prepare(
        `DELETE FROM ${table} WHERE (pk, sk) IN (SELECT pk, sk FROM ${table} WHERE expires_at < ? ORDER BY expires_at LIMIT ?)`,
      )
      .run(nowSeconds, limit);
  }
}

/** Moves all that the WAL has into the database and empties it: a quiet archive would keep in it what was deleted for weeks. */
export function emptyLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** The columns beside `json` repeat what the store itself looks at. */
function createTable(table: TableName): string {
  return `
    CREATE TABLE ${table} (
      pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, json TEXT NOT NULL,
      list_pk TEXT, list_sk TEXT, versions_pk TEXT, versions_sk TEXT, unlogged_pk TEXT, unlogged_sk TEXT, expires_at INTEGER,
      PRIMARY KEY (pk, sk)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${table}_list ON ${table} (list_pk, list_sk, pk, sk) WHERE list_pk IS NOT NULL;
    CREATE INDEX ${table}_versions ON ${table} (versions_pk, versions_sk, pk, sk) WHERE versions_pk IS NOT NULL;
    CREATE INDEX ${table}_unlogged ON ${table} (unlogged_pk, unlogged_sk, pk, sk) WHERE unlogged_pk IS NOT NULL;
    CREATE INDEX ${table}_expires ON ${table} (expires_at) WHERE expires_at IS NOT NULL;
  `;
}
