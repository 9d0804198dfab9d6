import type { ManifestSegment } from '../manifest.ts';
import type { Query } from '../query/query.ts';
import { compileQuery } from './compile-query.ts';
import { MOST_SCORED } from './matching-limits.ts';
import type { SortOrder } from './results.ts';
import type { SegmentTask } from './search-segment.ts';
import type { SearchedUnit, Visibility } from './searched-unit.ts';
import { dateBounds, planForUnit } from './sight.ts';

/** The segments of these units in which something may match, in no order. */
export function segmentTasks(units: readonly SearchedUnit[], query: Query): SegmentTask[] {
  const { plan: wholePlan, clauses: allClauses, patternCount } = compileQuery(query);
  const scored = allClauses.slice(0, MOST_SCORED);
  const tasks: SegmentTask[] = [];
  for (const { mailboxId, part, segments, visibility } of units) {
    const plan = planForUnit(wholePlan, mailboxId, visibility);
    if (plan.kind === 'none') continue;
    const bounds = dateBounds(plan);
    const clauses = scored.map((clause) => {
      const inUnit = planForUnit(clause, mailboxId, visibility);
      return inUnit.kind === 'text' ? inUnit : undefined;
    });
    for (const snapshot of segments) {
      if (!mayMatch(snapshot.facts, bounds, visibility)) continue;
      const name = { mailboxId, part, segmentId: snapshot.facts.segmentId };
      tasks.push({ name, snapshot, visibility, plan, clauses, patternCount });
    }
  }
  return tasks;
}

/** Whether the manifest leaves it open that something of the segment matches. */
function mayMatch(
  { documents, covered, changes, sortDates, receivedAts }: ManifestSegment,
  { from, to }: { readonly from: number; readonly to: number },
  { received, withoutCovered }: Visibility,
): boolean {
  if (documents <= (changes?.removed ?? 0) || (withoutCovered && covered === documents)) return false;
  if (sortDates[1] < from || sortDates[0] >= to) return false;
  return !received || (receivedAts[1] >= (received.from ?? -Infinity) && receivedAts[0] < (received.to ?? Infinity));
}

/** In what order to search, so that what is shown first is found first; the newest where the order tells nothing. */
export function inSearchOrder(tasks: readonly SegmentTask[], sort: SortOrder): SegmentTask[] {
  return [...tasks].sort(({ snapshot: { facts: a } }, { snapshot: { facts: b } }) =>
    sort === 'oldest' ? a.sortDates[0] - b.sortDates[0] : b.sortDates[1] - a.sortDates[1],
  );
}

/** Whether nothing of the segment stands at or before a message of this date. */
export function isBehind({ snapshot: { facts } }: SegmentTask, sort: SortOrder, date: number): boolean {
  return sort === 'oldest' ? facts.sortDates[0] > date : sort === 'newest' && facts.sortDates[1] < date;
}

/** Whether all of the segment stands before a message of this date. */
export function isBefore({ snapshot: { facts } }: SegmentTask, sort: SortOrder, date: number): boolean {
  return sort === 'oldest' ? facts.sortDates[1] < date : sort === 'newest' && facts.sortDates[0] > date;
}
