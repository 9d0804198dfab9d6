import { StorageError } from '../../errors.ts';
import type { IndexName, Item, ItemKey, Page, QueryOptions, TableName, Tables } from '../../ports/tables.ts';
import { decodeCursor } from '../rules/cursor.ts';
import { checkItemKey, decodeItem, encodeItem } from '../rules/item.ts';
import { checkLimit, type Position, pageOf, planQuery, positionOf } from '../rules/query-plan.ts';
import type { Answer, Operation, Row } from './protocol.ts';
import { WorkerLink } from './worker-link.ts';

/** How many items of a `batchPut` go into one operation. */
const BATCH_ITEMS = 250;
const DEFAULT_SWEEP_INTERVAL_MS = 60_000;

export interface SqliteTablesOptions {
  /** The database file; created where it is missing. Its directory must exist. One process has it at a time. */
  readonly path: string;
  /** Least time between two removals of expired items, which go along with other operations. Default: a minute. */
  readonly sweepIntervalMs?: number;
}

export interface SqliteTables extends Tables {
  /** Waits for what was asked before; every call after it throws `StorageError`. */
  close(): Promise<void>;
}

/**
 * Opens tables in a SQLite database, on a thread of their own. Operations that run at the same time share
 * one commit. Throws `StorageError`, and `DamagedError` for a database of a newer Letterlock.
 */
export async function openSqliteTables(options: SqliteTablesOptions): Promise<SqliteTables> {
  const { path, sweepIntervalMs = DEFAULT_SWEEP_INTERVAL_MS } = options;
  return new WorkerTables(await WorkerLink.start({ path, sweepIntervalMs }));
}

class WorkerTables implements SqliteTables {
  readonly #link: WorkerLink;

  constructor(link: WorkerLink) {
    this.#link = link;
  }

  async get(table: TableName, key: ItemKey): Promise<Item | undefined> {
    checkItemKey(key);
    const json = await this.#link.ask(['get', table, key.pk, key.sk]);
    return typeof json === 'string' ? decodeItem(json) : undefined;
  }

  async put(table: TableName, item: Item): Promise<void> {
    await this.#link.ask(['put', table, rowOf(item)]);
  }

  async putIfAbsent(table: TableName, item: Item): Promise<'stored' | 'exists'> {
    return oneOf(await this.#link.ask(['putIfAbsent', table, rowOf(item)]), 'stored', 'exists');
  }

  async putIfVersion(table: TableName, item: Item, expected: number): Promise<'stored' | 'conflict'> {
    return oneOf(await this.#link.ask(['putIfVersion', table, rowOf(item), expected]), 'stored', 'conflict');
  }

  async deleteIfVersion(table: TableName, key: ItemKey, expected: number): Promise<'deleted' | 'conflict'> {
    checkItemKey(key);
    const answer = await this.#link.ask(['deleteIfVersion', table, key.pk, key.sk, expected]);
    return oneOf(answer, 'deleted', 'conflict');
  }

  async batchPut(table: TableName, items: readonly Item[]): Promise<void> {
    const rows = items.map(rowOf);
    const writes: Promise<Answer>[] = [];
    for (let start = 0; start < rows.length; start += BATCH_ITEMS) {
      writes.push(this.#link.ask(['batchPut', table, rows.slice(start, start + BATCH_ITEMS)]));
    }
    await Promise.all(writes);
  }

  async query(table: TableName, pk: string, options: QueryOptions): Promise<Page> {
    return await this.#page(['query', table, planQuery(pk, options, 1), undefined], (item) => positionOf(item));
  }

  async queryIndex(table: TableName, index: IndexName, pk: string, options: QueryOptions): Promise<Page> {
    return await this.#page(['query', table, planQuery(pk, options, 3), index], (item) => positionOf(item, index));
  }

  async scan(table: TableName, options: { readonly limit: number; readonly cursor?: string }): Promise<Page> {
    const after = options.cursor === undefined ? undefined : decodeCursor(options.cursor, 2);
    return await this.#page(['scan', table, checkLimit(options.limit), after], ({ pk, sk }) => [pk, sk]);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #page(operation: Operation, position: (item: Item) => Position): Promise<Page> {
    const answer = await this.#link.ask(operation);
    if (typeof answer !== 'object' || answer === null || !('rows' in answer)) throw unexpected();
    return pageOf(answer.rows.map(decodeItem), answer.more, position);
  }
}

function rowOf(item: Item): Row {
  const json = encodeItem(item);
  const list = item.indexes?.list;
  const versions = item.indexes?.versions;
  const unlogged = item.indexes?.unlogged;
  return [
    item.pk,
    item.sk,
    item.version,
    json,
    list?.pk ?? null,
    list?.sk ?? null,
    versions?.pk ?? null,
    versions?.sk ?? null,
    unlogged?.pk ?? null,
    unlogged?.sk ?? null,
    item.expiresAt ?? null,
  ];
}

function oneOf<Outcome extends string>(answer: Answer, ...outcomes: readonly Outcome[]): Outcome {
  const outcome = outcomes.find((candidate) => candidate === answer);
  if (outcome === undefined) throw unexpected();
  return outcome;
}

function unexpected(): StorageError {
  return new StorageError('the tables worker gave an answer of another operation');
}
