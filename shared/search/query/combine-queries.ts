import type { Query } from './query.ts';

/** All, or one of, `parts`; groups of the same kind become one. `undefined` where there are none. */
export function combined(kind: 'and' | 'or', parts: readonly Query[]): Query | undefined {
  const of = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  return of.length > 1 ? { kind, of } : of[0];
}

/** Everything but `query`; what was negated twice is as it was. */
export function negated(query: Query): Query {
  return query.kind === 'not' ? query.of : { kind: 'not', of: query };
}
