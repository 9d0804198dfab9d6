import { type KeepTime, keepTimeFault, lengthOf } from './keep-time.ts';
import type { RetentionPolicy } from './retention-policy.ts';

/** What people decide of a policy. */
export type PolicyTerms = Pick<
  RetentionPolicy,
  'name' | 'priority' | 'isDefault' | 'conditions' | 'minimum' | 'maximum' | 'countedFrom'
>;

/** Higher or lower says nothing more, and priorities stay exact numbers. */
export const MAX_PRIORITY = 1_000_000;
/** How many values a condition lists: a policy is one item, and an index of policies stays small. */
export const MAX_CONDITION_VALUES = 1_000;

const SHORTEST_MONTH_DAYS = 28;
const LONGEST_MONTH_DAYS = 31;
const LONGEST_YEAR_DAYS = 366;

/** What is wrong with a policy, for the eyes of whoever wrote it; `undefined` where nothing is. */
export function policyFault({ priority, isDefault, conditions, minimum, maximum }: PolicyTerms): string | undefined {
  if (!minimum && !maximum) return 'a policy has a minimum or a maximum, or both';
  if (!Number.isSafeInteger(priority) || Math.abs(priority) > MAX_PRIORITY) {
    return `priority is a whole number between -${MAX_PRIORITY} and ${MAX_PRIORITY}`;
  }
  const wrong = [minimum, maximum].map((time) => time && keepTimeFault(time)).find((fault) => fault !== undefined);
  if (wrong !== undefined) return wrong;
  if (isDefault && Object.keys(conditions).length > 0)
    return 'the default policy is for all mail: it has no conditions';
  const { folders, query, largerThanBytes = -1, smallerThanBytes = Number.POSITIVE_INFINITY } = conditions;
  if (smallerThanBytes - largerThanBytes <= 1) return 'no size fits: each is to be larger, and smaller, than given';
  if (minimum && (folders || query !== undefined)) {
    return 'a minimum is decided when mail is filed: folders and searches are for policies without one';
  }
  if (folders?.some((pattern) => pattern.startsWith('\\'))) return 'folders are named as the archive shows them';
  return minimum && maximum && isShorter(maximum, minimum)
    ? 'the maximum is shorter than the minimum; mail goes only once both are over'
    : undefined;
}

/** Whether `time` is over before `other`, whatever day both are counted from. */
function isShorter(time: KeepTime, other: KeepTime): boolean {
  if (time.endOfCalendarYear && !other.endOfCalendarYear) return longestDays(time) < shortestDays(other);
  return isSameUnit(time, other) ? lengthOfOne(time) < lengthOfOne(other) : longestDays(time) < shortestDays(other);
}

function isSameUnit(one: KeepTime, other: KeepTime): boolean {
  return 'days' in one === 'days' in other;
}

/** In days or in months, whichever it is given in. */
function lengthOfOne(time: KeepTime): number {
  const { months, days } = lengthOf(time);
  return months + days;
}

function longestDays(time: KeepTime): number {
  const { months, days, endOfCalendarYear } = lengthOf(time);
  return days + months * LONGEST_MONTH_DAYS + (endOfCalendarYear ? LONGEST_YEAR_DAYS : 0);
}

function shortestDays(time: KeepTime): number {
  const { months, days } = lengthOf(time);
  return days + months * SHORTEST_MONTH_DAYS;
}

/** Whether `time` is certainly over no sooner than `other`, whatever day both are counted from. */
function isNoShorter(time: KeepTime, other: KeepTime): boolean {
  if (other.endOfCalendarYear && !time.endOfCalendarYear) return shortestDays(time) >= longestDays(other);
  return isSameUnit(time, other) ? lengthOfOne(time) >= lengthOfOne(other) : shortestDays(time) >= longestDays(other);
}

/**
 * Whether a change of a policy could let mail go earlier than before: `undefined` stands for a policy that is made, or
 * retired. A change that cannot be told to keep all mail at least as long counts as one that does not.
 */
export function mayShorten(before: PolicyTerms | undefined, after: PolicyTerms | undefined): boolean {
  if (!before) return after?.maximum !== undefined;
  // Without it another policy's shorter maximum may apply.
  if (!after) return true;
  const isSameMail = before.countedFrom === after.countedFrom && sameJson(before.conditions, after.conditions);
  if (before.minimum && !(after.minimum && isSameMail && isNoShorter(after.minimum, before.minimum))) return true;
  if (!before.maximum) return after.maximum !== undefined;
  const isSameRank = before.priority === after.priority && isSameMail;
  return !(after.maximum && isSameRank && isNoShorter(after.maximum, before.maximum));
}

/** Fields may stand in another order. */
function sameJson(one: object, other: object): boolean {
  const sorted = (value: object) => JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
