import type { SearchWorkers, WantedUnit } from '../../../shared/ports/search-workers.ts';
import type { SortOrder } from '../../../shared/search/matching/results.ts';
import { parseQuery } from '../../../shared/search/query/parse-query.ts';
import { fanOut } from '../../../shared/usecases/search/find/fan-out.ts';
import { quietLogs } from '../bench-organisation.ts';

const EVERYTHING_SEEN = { sight: 'all', privateSight: 'all', hiddenBcc: true, withoutCovered: false } as const;
const NOW = new Date('2026-01-02T00:00:00.000Z');
const LONG_MS = 600_000;

export function unitsOf(mailboxIds: readonly string[]): readonly WantedUnit[] {
  return mailboxIds.map((mailboxId) => ({ mailboxId, part: 'all', visibility: EVERYTHING_SEEN }));
}

/** The first page of a search as a user gets it: milliseconds, and what was found. */
export async function searched(workers: SearchWorkers, units: readonly WantedUnit[], q: string, sort: SortOrder) {
  const begun = performance.now();
  const query = parseQuery(q, { now: NOW });
  const parts = { workers, logs: quietLogs, timeLeft: () => LONG_MS };
  const { result, messages, failed } = await fanOut(parts, units, { query, sort, limit: 50, facets: true });
  if (failed.length > 0) throw new Error(`the index of ${failed[0]?.mailboxId} failed`);
  return { ms: performance.now() - begun, result, messages };
}

export interface Latencies {
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
}

export function latencies(ms: readonly number[]): Latencies {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), most: at(1) };
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The most memory that this process has had, threads included, in megabytes. */
export function peakRssMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
