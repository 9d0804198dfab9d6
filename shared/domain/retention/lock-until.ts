import { decideRetention } from './decide-retention.ts';
import { type PreparedPolicies, preparePolicies } from './prepare-policies.ts';
import type { RetentionFacts } from './retention-facts.ts';
import type { PolicyConditions } from './retention-policy.ts';

/** S3 refuses a lock that ends before its own clock says now, and one of a minute protects nothing. */
const SHORTEST_LOCK_MS = 60_000;
/** A century, the most that S3 takes: a longer minimum is locked as far as it goes, and extended by a later job. */
const LONGEST_LOCK_MS = 36_500 * 24 * 60 * 60 * 1000;
const MONTHS_A_QUARTER = 3;

/**
 * Until when storage is to lock a message with these facts: the longest minimum of all policies that match. `undefined`
 * where none does, or it is over.
 */
export function lockUntil(facts: RetentionFacts, policies: PreparedPolicies, now: Date): Date | undefined {
  const { minimumUntil } = decideRetention(facts, policies, now);
  const untilMs = minimumUntil?.getTime() ?? 0;
  if (untilMs - now.getTime() < SHORTEST_LOCK_MS) return undefined;
  return new Date(Math.min(untilMs, now.getTime() + LONGEST_LOCK_MS));
}

/**
 * The end of the quarter (UTC) that an instant lies in; the instant itself where it is one. What many messages share is
 * locked in steps of this, so that not every one of them writes a lock anew.
 */
export function endOfQuarter(instant: Date): Date {
  const year = instant.getUTCFullYear();
  const month = instant.getUTCMonth();
  const start = new Date(Date.UTC(year, month - (month % MONTHS_A_QUARTER), 1));
  if (start.getTime() === instant.getTime()) return start;
  return new Date(Date.UTC(year, start.getUTCMonth() + MONTHS_A_QUARTER, 1));
}

const unread = new WeakMap<PreparedPolicies, PreparedPolicies>();

/**
 * The policies as they are for input that nobody could read: whatever only its contents could say matches. Made once for
 * each `policies`.
 */
export function policiesForUnread(policies: PreparedPolicies): PreparedPolicies {
  const known = unread.get(policies);
  if (known) return known;
  const made = preparePolicies(
    policies.all.map(({ policy }) => ({ ...policy, conditions: knownOutside(policy.conditions) })),
  );
  unread.set(policies, made);
  return made;
}

function knownOutside(conditions: PolicyConditions): PolicyConditions {
  const {
    mailboxes: _mailboxes,
    groups: _groups,
    directions: _directions,
    senders: _senders,
    recipients: _recipients,
    domains: _domains,
    ...rest
  } = conditions;
  return rest;
}
