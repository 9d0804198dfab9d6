import { QueryTooLongError } from '../../errors.ts';

/** Characters (UTF-16 code units) of a query. Stops requests that cost more to understand than to answer. */
export const MAX_QUERY_LENGTH = 4096;

/**
 * Words, phrases and filters of a query. Stops thousands of dictionary look-ups for one request; the rest of
 * the query is one phrase, so a long text that was pasted still finds the mail it stands in.
 */
export const MAX_CLAUSES = 512;

/** Parentheses in one another. Stops deep recursion, here and where queries are matched; deeper ones are text. */
export const MAX_DEPTH = 20;

/** Pairs that one NEAR between two groups may stand for. Stops `(a OR b …) NEAR (c OR d …)` from multiplying. */
export const MAX_NEAR_PAIRS = 16;

/** The distance of NEAR where none is given, and the most it can be: beyond, words are hardly near. */
export const DEFAULT_NEAR_DISTANCE = 10;
export const MAX_NEAR_DISTANCE = 1000;

/** Throws `QueryTooLongError` where a query has more than `MAX_QUERY_LENGTH` characters. */
export function checkQueryLength(text: string): void {
  if (text.length > MAX_QUERY_LENGTH) throw new QueryTooLongError(MAX_QUERY_LENGTH);
}
