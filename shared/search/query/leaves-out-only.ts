import type { Query } from './query.ts';

/** Whether a query says only what it does not ask for, so that it finds all other mail: `-a`, `-a -b`, `-a OR b`. */
export function leavesOutOnly(query: Query): boolean {
  switch (query.kind) {
    case 'everything':
      return true;
    case 'not':
      return !leavesOutOnly(query.of);
    case 'and':
      return query.of.every(leavesOutOnly);
    case 'or':
      return query.of.some(leavesOutOnly);
    default:
      return false;
  }
}
