import { calendarStartOf, type KeepLength, keptUntil, lengthOf } from './keep-time.ts';
import type { CountedFrom, RetentionPolicy } from './retention-policy.ts';

/** How messages are listed by day: by that of archiving, or by that of receipt where it lies more than a day before. */
export type DayList = 'archived' | 'received';

/** A way to count a maximum that some policy has. */
interface DistinctMaximum {
  readonly countedFrom: CountedFrom;
  readonly length: KeepLength;
}

/** The different ways in which these policies count their maximums: few, however many policies there are. */
export function distinctMaximums(policies: readonly RetentionPolicy[]): readonly DistinctMaximum[] {
  const distinct = new Map<string, DistinctMaximum>();
  for (const { retiredAt, countedFrom, maximum } of policies) {
    if (retiredAt !== undefined || !maximum) continue;
    const length = lengthOf(maximum);
    distinct.set(JSON.stringify([countedFrom, length]), { countedFrom, length });
  }
  return [...distinct.values()];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Before this instant, in milliseconds since 1970, no message in the list of a day (`YYYY-MM-DD`) can be past its
 * maximum, whatever policy it meets; `Infinity` where it never can. Those listed by archiving may have been received a
 * day before.
 */
export function earliestDueMs(maximums: readonly DistinctMaximum[], list: DayList, day: string): number {
  const dayStart = new Date(`${day}T00:00:00.000Z`);
  const own = calendarStartOf(dayStart);
  const before = calendarStartOf(new Date(dayStart.getTime() - DAY_MS));
  let earliest = Number.POSITIVE_INFINITY;
  for (const { countedFrom, length } of maximums) {
    if (list === 'received' && countedFrom === 'archived') continue;
    const start = list === 'archived' && countedFrom === 'received' ? before : own;
    earliest = Math.min(earliest, keptUntil(start, length));
  }
  return earliest;
}
