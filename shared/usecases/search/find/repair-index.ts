import type { Ports } from '../../../ports/ports.ts';
import type { FailedUnit } from '../../../ports/search-workers.ts';
import { reportDamage } from '../index/damage.ts';

/**
 * Has what a search found damaged made again from tables and originals, unless somebody did before. Never rejects: a
 * search answers what it found, and the next one comes by here again.
 */
export async function repairIndex(
  ports: Pick<Ports, 'tables' | 'queue' | 'events' | 'clock' | 'logs'>,
  failed: readonly FailedUnit[],
): Promise<void> {
  for (const { mailboxId, part, segmentId, isBeingRepaired } of failed) {
    // Without one it is the store, or a worker, that could not be reached.
    if (isBeingRepaired || segmentId === undefined) continue;
    try {
      await reportDamage(ports, { mailboxId, part }, segmentId);
    } catch (error) {
      ports.logs.error('repair not queued', { mailboxId, part, segmentId, error });
    }
  }
}
