import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import type { Ports } from '../../ports/ports.ts';
import { activeHolds } from '../holds/hold-book.ts';
import { dataOf, typed } from '../item-data.ts';
import { noteTrouble } from './troubles.ts';

type WatchPorts = Pick<Ports, 'tables' | 'clock'>;

const STATE_KEY = { pk: 'digest', sk: 'reviews' };
const DAY_MS = 24 * 60 * 60_000;
/** As long as nobody gives a hold another day, or releases it, it comes up again. */
const AGAIN_AFTER_MS = 7 * DAY_MS;

/**
 * Notes for the digest the active legal holds whose day of review has come since the last look, and each week again. A process
 * that dies half way, or another one beside, may note one twice: the digest tells it once. Answers how many.
 */
export async function watchReviews(ports: WatchPorts): Promise<number> {
  const now = ports.clock.now();
  const item = await ports.tables.get('activity', STATE_KEY);
  const looked = item ? Date.parse(typed<{ readonly lookedUntil: string }>(item).data.lookedUntil) : undefined;
  const holds = (await activeHolds(ports)).filter((hold) => isDue(hold, looked, now.getTime()));
  for (const { holdId, name, reviewAt } of holds) {
    await noteTrouble(ports, { kind: 'review', at: now.toISOString(), holdId, name, reviewAt: reviewAt ?? '' });
  }
  const data = dataOf({ lookedUntil: now.toISOString() });
  const next = { ...STATE_KEY, version: (item?.version ?? 0) + 1, data };
  await (item ? ports.tables.putIfVersion('activity', next, item.version) : ports.tables.putIfAbsent('activity', next));
  return holds.length;
}

/** Whether the day of review, or a week's end after it, lies after `looked` and not after `now`. */
function isDue({ reviewAt }: LegalHold, looked: number | undefined, now: number): boolean {
  if (reviewAt === undefined) return false;
  const weeksBy = (time: number) => Math.floor((time - Date.parse(reviewAt)) / AGAIN_AFTER_MS);
  return weeksBy(now) >= 0 && (looked === undefined || weeksBy(now) > Math.max(weeksBy(looked), -1));
}
