import { MOST_PLACES } from './matching-limits.ts';
import type { Occurrences } from './occurrences.ts';

/** Where something that was asked for stands in a field: positions of its first and last word. */
export interface Place {
  readonly first: number;
  readonly last: number;
  /** Which part of the query it is. */
  readonly clause: number;
}

/** Words that a snippet shows together. */
const WORDS_TOGETHER = 25;

/** The places of the n-th message in order; `found` has one entry for each part of the query. */
export function placesOf(found: readonly (Occurrences | undefined)[], n: number): Place[] {
  const places: Place[] = [];
  for (const [clause, occurrences] of found.entries()) {
    if (!occurrences) continue;
    const { starts, firsts, lasts } = occurrences;
    const start = starts[n] ?? 0;
    const end = Math.min(starts[n + 1] ?? 0, start + MOST_PLACES);
    for (let i = start; i < end; i++) places.push({ first: firsts[i] ?? 0, last: lasts[i] ?? 0, clause });
  }
  return places.sort((a, b) => a.first - b.first || a.last - b.last);
}

/** The places that stand together where most parts of the query are near one another; the first such where there are several. */
export function bestPlaces(places: readonly Place[], clauseCount: number): readonly Place[] {
  const counts = new Uint32Array(clauseCount);
  let distinct = 0;
  let [bestFrom, bestTo, bestDistinct] = [0, 0, 0];
  let from = 0;
  for (let to = 0; to < places.length; to++) {
    const { first = 0, clause = 0 } = places[to] ?? {};
    if (counts[clause] === 0) distinct++;
    counts[clause] = (counts[clause] ?? 0) + 1;
    for (let head = places[from]; head && first - head.first > WORDS_TOGETHER; head = places[++from]) {
      counts[head.clause] = (counts[head.clause] ?? 0) - 1;
      if (counts[head.clause] === 0) distinct--;
    }
    const isMore = distinct > bestDistinct || (distinct === bestDistinct && from === bestFrom);
    if (isMore) [bestFrom, bestTo, bestDistinct] = [from, to + 1, distinct];
  }
  return places.slice(bestFrom, bestTo);
}
