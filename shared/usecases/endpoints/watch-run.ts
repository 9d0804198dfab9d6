import { hourOf } from '../../domain/endpoint-volume.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { ENDPOINT_WATCH_KEY } from '../message-keys.ts';

/** What one run of the watch may learn. Hours are counted as in the profiles. */
export interface WatchRun {
  /** Whoever was not learnt about before this hour is not learnt about for that time at all. */
  readonly firstHour: number;
  /** The last hour that is over, and whose counts are all written. */
  readonly lastHour: number;
}

/** Times are ISO 8601, UTC. */
interface Mark {
  readonly lastRunAt: string;
  /** When the present row of runs without a gap began. */
  readonly watchedSince: string;
}

/** An hour is summed up this long after its end: a batch of filing writes its counts within that. */
const SETTLE_MS = 5 * 60_000;
/** Runs that lie further apart than so many intervals have a gap between them. */
const GAP_INTERVALS = 1.5;
/** Senders that could not deliver come again within about an hour (RFC 5321, 4.5.4.1): it proves nothing. */
const RETURN_MS = 60 * 60_000;
/** Runs that begin at the same time. */
const MAX_WRITES = 5;

/**
 * Notes that the watch runs now, and answers which hours it may learn. After a gap between two runs nobody
 * can say whether the system was there to receive mail: the hours of the gap, and one more that senders take to
 * come again, are neither learnt nor taken for silence. A clock that was set leaves a gap like any other.
 */
export async function beginWatchRun(
  { tables, clock }: Pick<Ports, 'tables' | 'clock'>,
  intervalMs: number,
): Promise<WatchRun> {
  const now = clock.now();
  let watchedSince = now.toISOString();
  for (let written = 0; written < MAX_WRITES; written++) {
    const item = await tables.get('messages', ENDPOINT_WATCH_KEY);
    const mark = item && typed<Mark>(item).data;
    const sinceLastRunMs = mark ? Math.abs(now.getTime() - Date.parse(mark.lastRunAt)) : Number.POSITIVE_INFINITY;
    if (mark && sinceLastRunMs <= GAP_INTERVALS * intervalMs) watchedSince = mark.watchedSince;
    const data: Mark = { lastRunAt: now.toISOString(), watchedSince };
    const next = { ...ENDPOINT_WATCH_KEY, version: (item?.version ?? 0) + 1, data: dataOf(data) };
    const outcome = item
      ? await tables.putIfVersion('messages', next, item.version)
      : await tables.putIfAbsent('messages', next);
    if (outcome === 'stored') break;
  }
  return {
    firstHour: hourOf(new Date(Date.parse(watchedSince) + RETURN_MS)) + 1,
    lastHour: hourOf(new Date(now.getTime() - SETTLE_MS)) - 1,
  };
}
