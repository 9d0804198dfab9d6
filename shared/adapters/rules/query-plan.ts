import { InvalidRequestError } from '../../errors.ts';
import type { IndexName, Item, Page, QueryOptions } from '../../ports/tables.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { checkKeyBound, checkKeyPart } from './item.ts';
import { compareUtf8, prefixEnd } from './sort-key.ts';

const MAX_LIMIT = 1000;

/** What a query asks for, brought to one form; every bound is compared by UTF-8 bytes. */
export interface QueryPlan {
  readonly pk: string;
  /** Sort keys from here on, inclusive; may be empty. */
  readonly low: string;
  readonly high?: { readonly sk: string; readonly inclusive: boolean };
  /** The page starts behind this position, in the direction of the query. */
  readonly after?: Position;
  readonly descending: boolean;
  readonly limit: number;
}

/** Where an item stands: its sort key; in an index the index's sort key, then its own pk and sk. */
export type Position = readonly string[];

/**
 * Throws `InvalidRequestError` for a limit out of range, an empty partition key, a bound that is too long, or a foreign
 * cursor.
 */
export function planQuery(pk: string, options: QueryOptions, positionLength: 1 | 3): QueryPlan {
  checkKeyPart('pk', pk);
  for (const bound of [options.from, options.to, options.prefix]) checkKeyBound('a bound', bound ?? '');
  const high = lowest(
    options.to === undefined ? undefined : { sk: options.to, inclusive: true },
    options.prefix === undefined ? undefined : exclusive(prefixEnd(options.prefix)),
  );
  return {
    pk,
    low: highest(options.from ?? '', options.prefix ?? ''),
    ...(high === undefined ? {} : { high }),
    ...(options.cursor === undefined ? {} : { after: decodeCursor(options.cursor, positionLength) }),
    descending: options.newestFirst ?? false,
    limit: checkLimit(options.limit),
  };
}

/** Returns `limit`; throws `InvalidRequestError` where it is not 1 to 1,000. */
export function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidRequestError(`limit is ${limit}; it goes from 1 to ${MAX_LIMIT}`);
}

/** Returns a page; with `more`, its cursor stands behind the last item. */
export function pageOf(items: readonly Item[], more: boolean, positionOf: (item: Item) => Position): Page {
  const last = items.at(-1);
  return more && last !== undefined ? { items, cursor: encodeCursor(positionOf(last)) } : { items };
}

/** Where an item stands in its partition, or in an index. */
export function positionOf(item: Item, index?: IndexName): Position {
  return index === undefined ? [item.sk] : [item.indexes?.[index]?.sk ?? '', item.pk, item.sk];
}

/** Compares positions part by part. */
export function comparePositions(a: Position, b: Position): number {
  for (const [i, part] of a.entries()) {
    const order = compareUtf8(part, b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

type High = NonNullable<QueryPlan['high']>;

function exclusive(sk: string | undefined): High | undefined {
  return sk === undefined ? undefined : { sk, inclusive: false };
}

function highest(a: string, b: string): string {
  return compareUtf8(a, b) >= 0 ? a : b;
}

function lowest(a: High | undefined, b: High | undefined): High | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareUtf8(a.sk, b.sk);
  if (order === 0) return a.inclusive ? b : a;
  return order < 0 ? a : b;
}
