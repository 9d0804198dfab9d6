import type { IndexName, TableName } from '../../ports/tables.ts';
import type { QueryPlan } from '../rules/query-plan.ts';

// What the main thread and the worker say to each other. Tuples of strings and numbers: they are cloned at
// half the cost of objects, and six of them are sent per mail.

/** pk, sk, version, json, then pk and sk in the indexes list, versions and unlogged, expiresAt. */
export type Row = readonly [
  string,
  string,
  number,
  string,
  string | null,
  string | null,
  string | null,
  string | null,
  string | null,
  string | null,
  number | null,
];

export type Operation =
  | readonly ['get', TableName, pk: string, sk: string]
  | readonly ['put', TableName, Row]
  | readonly ['putIfAbsent', TableName, Row]
  | readonly ['putIfVersion', TableName, Row, expected: number]
  | readonly ['deleteIfVersion', TableName, pk: string, sk: string, expected: number]
  | readonly ['batchPut', TableName, readonly Row[]]
  | readonly ['query', TableName, QueryPlan, IndexName | undefined]
  | readonly ['scan', TableName, limit: number, after: readonly string[] | undefined];

/** The JSON texts of a page's items, and whether there are more behind them. */
export interface PageAnswer {
  readonly rows: readonly string[];
  readonly more: boolean;
}

export interface FailedAnswer {
  readonly failed: string;
}

/** `get` answers a JSON text or null, `put` and `batchPut` null. */
export type Answer = string | null | PageAnswer | FailedAnswer;

export interface WorkerOptions {
  readonly path: string;
  readonly sweepIntervalMs: number;
}

/** `closed` is the last message; `unusable` instead of `ready`, where the database cannot be opened. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly reason: string; readonly isNewer: boolean }
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'closed' };

export type ToWorker = readonly Operation[] | 'close';
