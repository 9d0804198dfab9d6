import { FacetCounter } from './facet-counter.ts';
import type { PartialResult, SearchStatistics } from './results.ts';
import { comparePositions } from './sort-keys.ts';

/**
 * The result over all units of these results, none of which may be in two of them. All must be of the same query,
 * order, position and statistics, and of at least `limit`.
 */
export function mergeResults(partials: readonly PartialResult[], limit: number): PartialResult {
  const facets = new FacetCounter();
  for (const partial of partials) facets.addCounts(partial.facets);
  const items = partials.flatMap((partial) => partial.items).sort((a, b) => comparePositions(a.position, b.position));
  const statistics = partials.find((partial) => partial.statistics !== undefined)?.statistics;
  return {
    items: items.slice(0, limit),
    hasMore: items.length > limit || partials.some(({ hasMore }) => hasMore),
    total: partials.reduce((sum, { total }) => sum + total, 0),
    totalIsExact: partials.every(({ totalIsExact }) => totalIsExact),
    facets: facets.counts(),
    ...(statistics ? { statistics } : {}),
    searched: {
      segments: partials.reduce((sum, { searched }) => sum + searched.segments, 0),
      of: partials.reduce((sum, { searched }) => sum + searched.of, 0),
    },
    damaged: partials.flatMap(({ damaged }) => damaged),
    notSearched: partials.flatMap(({ notSearched }) => notSearched),
    limits: [...new Set(partials.flatMap(({ limits }) => limits))],
  };
}

/** The statistics over all units of these. All must be of the same query. */
export function mergeStatistics(parts: readonly SearchStatistics[]): SearchStatistics {
  const frequencies: number[] = [];
  for (const part of parts) {
    for (const [n, frequency] of part.frequencies.entries()) frequencies[n] = (frequencies[n] ?? 0) + frequency;
  }
  return {
    documents: parts.reduce((sum, { documents }) => sum + documents, 0),
    words: parts.reduce((sum, { words }) => sum + words, 0),
    frequencies,
  };
}
