import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { startJob } from '../jobs/jobs.ts';
import { activeHolds } from './hold-book.ts';

const STARTED_KEY = { pk: 'hold-walk', sk: 'started' };
const EVERY_MS = 24 * 60 * 60_000;

/**
 * Starts the job that locks what was filed while holds are active, once a day, if there are any. Safe to call at any time, also
 * twice at once. Answers whether it did.
 */
export async function startDueHoldJob(ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>): Promise<boolean> {
  const now = ports.clock.now();
  const item = await ports.tables.get('activity', STARTED_KEY);
  const last = item && typed<{ readonly at: string }>(item).data.at;
  if (last !== undefined && now.getTime() - Date.parse(last) < EVERY_MS) return false;
  if ((await activeHolds(ports)).length === 0) return false;
  const next = { ...STARTED_KEY, version: (item?.version ?? 0) + 1, data: dataOf({ at: now.toISOString() }) };
  const claimed = item
    ? await ports.tables.putIfVersion('activity', next, item.version)
    : await ports.tables.putIfAbsent('activity', next);
  if (claimed !== 'stored') return false;
  await startJob(ports, 'holds');
  return true;
}
