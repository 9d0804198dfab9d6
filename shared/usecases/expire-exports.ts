import { EXPORT_DAYS } from '../domain/export-days.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * Deletes what was written below `exports/` more than `EXPORT_DAYS` ago, as the lifecycle of the bucket does on AWS:
 * copies, results of searches and previews, reports, exports. Answers how many objects went. Safe to repeat.
 */
export async function expireExports({ derived, clock }: Pick<Ports, 'derived' | 'clock'>): Promise<number> {
  const before = clock.now().getTime() - EXPORT_DAYS * 24 * 60 * 60_000;
  let expired = 0;
  for await (const { key, modifiedAt } of derived.list('exports/')) {
    if (modifiedAt.getTime() > before) continue;
    await derived.delete(key);
    expired += 1;
  }
  return expired;
}
