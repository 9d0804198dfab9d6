import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { IndexName, TableName } from '../../ports/tables.ts';
import type { QueryPlan } from '../rules/query-plan.ts';
import { compareUtf8 } from '../rules/sort-key.ts';

const COLUMNS =
  'pk, sk, version, json, list_pk, list_sk, versions_pk, versions_sk, unlogged_pk, unlogged_sk, expires_at';
const INSERT = (table: TableName) =>
  `INSERT INTO ${table} (${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`;
const REPLACE_ALL = `version = ?3, json = ?4, list_pk = ?5, list_sk = ?6, versions_pk = ?7, versions_sk = ?8, unlogged_pk = ?9, unlogged_sk = ?10, expires_at = ?11`;

/** The SQL of the operations; parameters of the writes are a `Row`, with the expected version behind it. */
export const SQL = {
  get: (table: TableName) => `SELECT json FROM ${table} WHERE pk = ? AND sk = ?`,
  put: (table: TableName) => `${INSERT(table)} ON CONFLICT DO UPDATE SET ${REPLACE_ALL}`,
  putIfAbsent: (table: TableName) => `${INSERT(table)} ON CONFLICT DO NOTHING`,
  putIfVersion: (table: TableName) => `UPDATE ${table} SET ${REPLACE_ALL} WHERE pk = ?1 AND sk = ?2 AND version = ?12`,
  deleteIfVersion: (table: TableName) => `DELETE FROM ${table} WHERE pk = ? AND sk = ? AND version = ?`,
  scan: (table: TableName) => `SELECT json FROM ${table} ORDER BY pk, sk LIMIT ?`,
  scanAfter: (table: TableName) => `SELECT json FROM ${table} WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?`,
};

export interface Query {
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/**
 * The SQL of a query for one row more than its limit. Each bound is said once, the tighter of start and
 * cursor, so that SQLite seeks to the page instead of walking up to it.
 */
export function queryOf(table: TableName, plan: QueryPlan, index: IndexName | undefined): Query {
  const columns = index === undefined ? ['sk'] : [`${index}_sk`, 'pk', 'sk'];
  const conditions = [`${index === undefined ? 'pk' : `${index}_pk`} = ?`];
  const parameters: SQLInputValue[] = [plan.pk];
  const bound = (names: readonly string[], operator: string, values: readonly string[]) => {
    conditions.push(`(${names.join(', ')}) ${operator} (${values.map(() => '?').join(', ')})`);
    parameters.push(...values);
  };
  const { after, descending, high, low } = plan;
  const position = after?.[0];
  const startsAfter = position !== undefined && isInside(position, plan);
  if (after && startsAfter) bound(columns, descending ? '<' : '>', after);
  if (!(startsAfter && !descending)) bound(columns.slice(0, 1), '>=', [low]);
  if (high && !(startsAfter && descending)) bound(columns.slice(0, 1), high.inclusive ? '<=' : '<', [high.sk]);
  const order = columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ');
  parameters.push(plan.limit + 1);
  const sql = `SELECT json FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`;
  return { sql, parameters };
}

/** A cursor outside the bounds on the side where the page starts is of another query, and says nothing. */
function isInside(position: string, { descending, high, low }: QueryPlan): boolean {
  return descending ? high === undefined || compareUtf8(position, high.sk) <= 0 : compareUtf8(position, low) >= 0;
}

/** Prepares each SQL text once; their number is bounded by the shapes above. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  of(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}
