import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import type { Ports } from '../../ports/ports.ts';
import { queryAll } from '../query-all.ts';
import { pageTask, planScope, type ScopeSearch } from '../scopes/find-in-scope.ts';
import { quarantineRange } from './quarantine-of-hold.ts';

/** How much a hold covers. */
export interface HoldCounts {
  /** Messages that a search finds now, each once in however many mailboxes it lies. */
  readonly total: number;
  /** Not where a part of the index failed, a limit of searching cut something off, or there is more than is counted. */
  readonly totalIsExact: boolean;
  /** Inputs in quarantine. */
  readonly quarantined: number;
}

/** Messages told apart: about 100 bytes each. Bounds the memory of a request. */
const MOST_COUNTED = 300_000;

/** Counts for `budgetMs` at most. */
export async function countHold(
  context: ScopeSearch & { readonly ports: Pick<Ports, 'tables'> },
  hold: LegalHold,
  budgetMs: number,
): Promise<HoldCounts> {
  const endsAt = performance.now() + budgetMs;
  const { query, units } = await planScope(context, hold);
  const ids = new Set<string>();
  let isExact = true;
  for (let start = 0; start < units.length; start += context.workers.unitsPerTask) {
    const some = units.slice(start, start + context.workers.unitsPerTask);
    for (let after: Parameters<typeof pageTask>[2]; ; ) {
      const left = endsAt - performance.now();
      if (left <= 0 || ids.size > MOST_COUNTED) return { ...(await counts(context, hold, ids)), totalIsExact: false };
      const { result, failed } = await context.workers.run(pageTask(query, some, after, left));
      if (!result || failed.length > 0 || result.notSearched.length > 0 || result.limits.length > 0) isExact = false;
      for (const { archiveId } of result?.items ?? []) ids.add(archiveId);
      after = result?.items.at(-1)?.position;
      if (!result?.hasMore || !after) break;
    }
  }
  return { ...(await counts(context, hold, ids)), totalIsExact: isExact };
}

async function counts(
  { ports }: { readonly ports: Pick<Ports, 'tables'> },
  { scope }: LegalHold,
  ids: ReadonlySet<string>,
): Promise<Omit<HoldCounts, 'totalIsExact'>> {
  let quarantined = 0;
  const { table, pk, ...range } = quarantineRange(scope);
  for await (const { data, removed } of queryAll(ports, table, pk, range)) {
    if (!removed && data.replayedAt === undefined) quarantined += 1;
  }
  return { total: ids.size, quarantined };
}
