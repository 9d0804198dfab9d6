import { REQUEST_KINDS } from '../../domain/requests/data-request.ts';
import type { Trouble } from '../../domain/trouble.ts';
import type { Ports } from '../../ports/ports.ts';
import { activeHolds } from '../holds/hold-book.ts';
import { dataOf, typed } from '../item-data.ts';
import { unfinishedRequests } from '../requests/request-book.ts';
import { noteTrouble } from '../troubles.ts';

type WatchPorts = Pick<Ports, 'tables' | 'clock'>;

const STATE_KEY = { pk: 'digest', sk: 'reviews' };
const DAY_MS = 24 * 60 * 60_000;
/** As long as nobody gives it another day, or ends it, it comes up again. */
const AGAIN_AFTER_MS = 7 * DAY_MS;
/** How long before it has to be answered a request comes up first. */
const REQUEST_AHEAD_MS = 7 * DAY_MS;

/**
 * Notes for the digest the active legal holds whose day of review has come since the last look, and the requests that
 * have to be answered within a week, or had to be; each again every week. A process that dies half way, or another one
 * beside, may note one twice: the digest tells it once. Answers how many.
 */
export async function watchReviews(ports: WatchPorts): Promise<number> {
  const now = ports.clock.now();
  const item = await ports.tables.get('activity', STATE_KEY);
  const looked = item ? Date.parse(typed<{ readonly lookedUntil: string }>(item).data.lookedUntil) : undefined;
  const at = now.toISOString();
  const noted: Trouble[] = [];
  for (const { holdId, name, reviewAt } of await activeHolds(ports)) {
    if (reviewAt === undefined || !isDue(Date.parse(reviewAt), looked, now.getTime())) continue;
    noted.push({ kind: 'review', at, holdId, name, reviewAt });
  }
  for (const requestKind of REQUEST_KINDS) {
    for await (const { requestId, name, dueAt, createdAt } of unfinishedRequests(ports, requestKind)) {
      if (dueAt === undefined) continue;
      // The last look could not know one that is newer.
      const seen = looked !== undefined && Date.parse(createdAt) <= looked ? looked : undefined;
      if (!isDue(Date.parse(dueAt) - REQUEST_AHEAD_MS, seen, now.getTime())) continue;
      noted.push({ kind: 'request', at, requestId, requestKind, name, dueAt });
    }
  }
  for (const trouble of noted) await noteTrouble(ports, trouble);
  const data = dataOf({ lookedUntil: at });
  const next = { ...STATE_KEY, version: (item?.version ?? 0) + 1, data };
  await (item ? ports.tables.putIfVersion('activity', next, item.version) : ports.tables.putIfAbsent('activity', next));
  return noted.length;
}

/** Whether `due`, or a week's end after it, lies after `looked` and not after `now`; milliseconds since 1970. */
function isDue(due: number, looked: number | undefined, now: number): boolean {
  const weeksBy = (time: number) => Math.floor((time - due) / AGAIN_AFTER_MS);
  return weeksBy(now) >= 0 && (looked === undefined || weeksBy(now) > Math.max(weeksBy(looked), -1));
}
