import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Answer, FailedAnswer, Operation, PageAnswer } from './protocol.ts';
import { queryOf, SQL, Statements } from './statements.ts';

/** A page ends early behind this much JSON, so that a thousand items of 400 KB are never held at once. */
const PAGE_CHARACTERS = 1024 * 1024;

/** Runs batches of operations on a database, each batch in one transaction. */
export class Operations {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = new Statements(database);
  }

  /**
   * Answers each operation once all of them are durable. One that fails leaves the others be; where the
   * commit fails, all have failed. Never throws.
   */
  run(batch: readonly Operation[]): readonly Answer[] {
    try {
      this.#database.exec(batch.some(isWrite) ? 'BEGIN IMMEDIATE' : 'BEGIN');
      const answers = batch.map((operation) => this.#attempt(operation));
      this.#database.exec('COMMIT');
      return answers;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      return batch.map(() => failed(error));
    }
  }

  #attempt(operation: Operation): Answer {
    try {
      return this.#answer(operation);
    } catch (error) {
      // A full disk makes SQLite roll back on its own what the batch did so far.
      if (!this.#database.isTransaction) throw error;
      return failed(error);
    }
  }

  #answer(operation: Operation): Answer {
    const table = operation[1];
    switch (operation[0]) {
      case 'get':
        return this.#json(SQL.get(table), operation[2], operation[3]);
      case 'put':
        this.#changes(SQL.put(table), operation[2]);
        return null;
      case 'putIfAbsent':
        return this.#changes(SQL.putIfAbsent(table), operation[2]) === 1 ? 'stored' : 'exists';
      case 'putIfVersion':
        return this.#changes(SQL.putIfVersion(table), [...operation[2], operation[3]]) === 1 ? 'stored' : 'conflict';
      case 'deleteIfVersion': {
        const [, , pk, sk, expected] = operation;
        if (this.#changes(SQL.deleteIfVersion(table), [pk, sk, expected]) === 1) return 'deleted';
        return this.#json(SQL.get(table), pk, sk) === null ? 'deleted' : 'conflict';
      }
      case 'batchPut':
        for (const row of operation[2]) this.#changes(SQL.put(table), row);
        return null;
      case 'query': {
        const [, , plan, index] = operation;
        const { sql, parameters } = queryOf(table, plan, index);
        return this.#page(sql, parameters, plan.limit);
      }
      case 'scan': {
        const [, , limit, after] = operation;
        if (after === undefined) return this.#page(SQL.scan(table), [limit + 1], limit);
        return this.#page(SQL.scanAfter(table), [...after, limit + 1], limit);
      }
    }
  }

  #changes(sql: string, parameters: readonly SQLInputValue[]): number {
    return Number(this.#statements.of(sql).run(...parameters).changes);
  }

  #json(sql: string, pk: string, sk: string): string | null {
    return jsonOf(this.#statements.of(sql).get(pk, sk)) ?? null;
  }

  #page(sql: string, parameters: readonly SQLInputValue[], limit: number): PageAnswer {
    const rows: string[] = [];
    let characters = 0;
    for (const row of this.#statements.of(sql).iterate(...parameters)) {
      if (rows.length === limit || characters > PAGE_CHARACTERS) return { rows, more: true };
      const json = jsonOf(row) ?? '';
      rows.push(json);
      characters += json.length;
    }
    return { rows, more: false };
  }
}

function jsonOf(row: Record<string, unknown> | undefined): string | undefined {
  return typeof row?.json === 'string' ? row.json : undefined;
}

function isWrite(operation: Operation): boolean {
  return operation[0] !== 'get' && operation[0] !== 'query' && operation[0] !== 'scan';
}

function failed(error: unknown): FailedAnswer {
  return { failed: error instanceof Error ? error.message : String(error) };
}
