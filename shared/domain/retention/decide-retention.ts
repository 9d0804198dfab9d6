import { DamagedError } from '../../errors.ts';
import { type CalendarStart, calendarStartOf, keptUntil } from './keep-time.ts';
import { factsToMatch, type MatchesQuery, matchOf, policiesThatMayMatch } from './match-policy.ts';
import type { PreparedPolicies, PreparedPolicy } from './prepare-policies.ts';
import type { RetentionFacts } from './retention-facts.ts';
import type { CountedFrom, PolicyReference, RetentionPolicy } from './retention-policy.ts';

/** `expired`: past its maximum and past every minimum; only a legal hold can keep it. */
type RetentionState = 'under_minimum' | 'kept' | 'expired';

/** What the policies say of a message at one moment. */
export interface RetentionDecision {
  readonly state: RetentionState;
  /** The first instant at which no minimum and no lock of the storage keeps the message; absent where none ever did. */
  readonly minimumUntil?: Date;
  /** Whose minimum that is; absent where the storage has locked the message for longer than any policy asks. */
  readonly minimumBy?: PolicyReference;
  /** The first instant at which the message is to go; never before `minimumUntil`. */
  readonly maximumAt?: Date;
  readonly maximumBy?: PolicyReference;
  /** Policies whose search decides whether the message is, or stays, expired, and nobody has told what it finds. */
  readonly unasked: readonly RetentionPolicy[];
  /** Before this instant the message cannot expire, whatever the searches of `unasked` find; absent where it never can. */
  readonly dueAt?: Date;
}

/** What is known of a message beside its facts. */
export interface DecisionOptions {
  /** Until when the storage has locked any part of the message. */
  readonly lockedUntil?: Date;
  /** Where the searches of policies find the message; left out where nobody has looked. */
  readonly matchesQuery?: MatchesQuery;
}

/**
 * Decides how long a message is kept. The longest minimum of all matching policies wins; of the maximums, that of the matching
 * policy with the highest priority (the longest of several with the same), never before a minimum is over. What is unknown, or
 * so of some of those only who have the message, shortens nothing: for a minimum it matches; as a maximum it does not, and of a
 * policy that matches with less priority and one that may match with more, the later maximum counts. Throws `DamagedError` where the time of archiving is none.
 */
export function decideRetention(
  facts: RetentionFacts,
  policies: PreparedPolicies,
  now: Date,
  options: DecisionOptions = {},
): RetentionDecision {
  const matched = factsToMatch(facts, policies, options.matchesQuery);
  const starts = startsOf(facts);
  const maximums: PossibleMaximum[] = [];
  let minimumMs = options.lockedUntil?.getTime() ?? Number.NEGATIVE_INFINITY;
  let minimumBy: PreparedPolicy | undefined;
  let certainPriority: number | undefined;
  policiesThatMayMatch(policies, matched, (one) => {
    const start = starts[one.policy.countedFrom];
    if (one.minimum) {
      const untilMs = keptUntil(start, one.minimum);
      const isLonger = untilMs > minimumMs || (untilMs === minimumMs && (!minimumBy || comesBefore(one, minimumBy)));
      // Comparing times is quicker than comparing conditions.
      if (isLonger && matchOf(one, matched, 'minimum') !== 'no') {
        minimumMs = untilMs;
        minimumBy = one;
      }
    }
    if (!one.maximum || (certainPriority !== undefined && one.priority < certainPriority)) return;
    const match = matchOf(one, matched, 'maximum');
    if (match === 'no') return;
    if (match === 'yes') certainPriority = one.priority;
    const untilMs = keptUntil(start, one.maximum);
    maximums.push({ one, untilMs, isCertain: match === 'yes', isAskable: match === 'ask' });
  });
  return decided(now.getTime(), minimumMs, minimumBy, maximums);
}

interface PossibleMaximum {
  readonly one: PreparedPolicy;
  readonly untilMs: number;
  readonly isCertain: boolean;
  /** Whether only a search that nobody has made stands between it and certainty. */
  readonly isAskable: boolean;
}

/** The answer, once the minimum and what may be the maximum are known. */
function decided(
  nowMs: number,
  minimumMs: number,
  minimumBy: PreparedPolicy | undefined,
  possible: readonly PossibleMaximum[],
): RetentionDecision {
  const certain = firstOf(possible);
  const priority = certain?.one.priority ?? Number.NEGATIVE_INFINITY;
  const latest = certain && latestOf(possible, priority);
  const askable = possible.some(({ isAskable }) => isAskable)
    ? possible.filter(({ one, isAskable }) => isAskable && one.priority >= priority)
    : [];
  const maximumMs = latest && Math.max(latest.untilMs, minimumMs);
  const dueMs = askable.length === 0 ? maximumMs : Math.max(minimumMs, earliestOf(certain, askable));
  return {
    state: stateOf(nowMs, minimumMs, maximumMs),
    ...(minimumMs > Number.NEGATIVE_INFINITY ? { minimumUntil: new Date(minimumMs) } : {}),
    ...(minimumBy ? { minimumBy: minimumBy.reference } : {}),
    ...(latest && maximumMs !== undefined ? { maximumAt: new Date(maximumMs), maximumBy: latest.one.reference } : {}),
    unasked: dueMs !== undefined && dueMs <= nowMs ? askable.map(({ one }) => one.policy) : NONE,
    ...(dueMs === undefined ? {} : { dueAt: new Date(dueMs) }),
  };
}

const NONE: readonly RetentionPolicy[] = [];

function stateOf(nowMs: number, minimumMs: number, maximumMs: number | undefined): RetentionState {
  if (nowMs < minimumMs) return 'under_minimum';
  return maximumMs !== undefined && maximumMs <= nowMs ? 'expired' : 'kept';
}

/** What cannot be said at all never becomes a reason to purge; what a search would say may. */
function earliestOf(certain: PossibleMaximum | undefined, askable: readonly PossibleMaximum[]): number {
  return Math.min(...(certain ? [certain, ...askable] : askable).map(({ untilMs }) => untilMs));
}

/** Of those that certainly match, that with the highest priority; of several with the same, the latest. */
function firstOf(possible: readonly PossibleMaximum[]): PossibleMaximum | undefined {
  let found: PossibleMaximum | undefined;
  for (const next of possible) {
    if (!next.isCertain) continue;
    if (!found || next.one.priority > found.one.priority) found = next;
    else if (next.one.priority === found.one.priority && isLater(next, found)) found = next;
  }
  return found;
}

/** The latest of at least this priority. */
function latestOf(possible: readonly PossibleMaximum[], priority: number): PossibleMaximum | undefined {
  let latest: PossibleMaximum | undefined;
  for (const next of possible) {
    if (next.one.priority >= priority && (!latest || isLater(next, latest))) latest = next;
  }
  return latest;
}

function isLater(one: PossibleMaximum, other: PossibleMaximum): boolean {
  return one.untilMs > other.untilMs || (one.untilMs === other.untilMs && comesBefore(one.one, other.one));
}

/** Which of two policies with the same result is named: always the same one. */
function comesBefore(one: PreparedPolicy, other: PreparedPolicy): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  return one.reference.policyId < other.reference.policyId;
}

/** Mail is not older than this; servers give 1970 where they do not know. */
const EARLIEST_RECEIPT_MS = Date.UTC(1971, 0, 1);

/** What each kind of keep time is counted from. Nothing is received after it was archived: such a time is a mistake. */
function startsOf({ archivedAt, receivedAt }: RetentionFacts): { readonly [From in CountedFrom]: CalendarStart } {
  const archivedMs = archivedAt.getTime();
  if (Number.isNaN(archivedMs)) throw new DamagedError('a message record', 'its time of archiving cannot be read');
  const archived = calendarStartOf(archivedAt);
  const receivedMs = receivedAt?.getTime() ?? Number.NaN;
  const isBelievable = receivedMs >= EARLIEST_RECEIPT_MS && receivedMs <= archivedMs;
  return { archived, received: receivedAt && isBelievable ? calendarStartOf(receivedAt) : archived };
}
