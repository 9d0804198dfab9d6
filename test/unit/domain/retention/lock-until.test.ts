import { describe, expect, test } from 'vitest';
import { endOfQuarter, lockUntil, policiesForUnread } from '../../../../shared/domain/retention/lock-until.ts';
import { preparePolicies } from '../../../../shared/domain/retention/prepare-policies.ts';
import type { RetentionFacts } from '../../../../shared/domain/retention/retention-facts.ts';
import type { RetentionPolicy } from '../../../../shared/domain/retention/retention-policy.ts';

const now = new Date('2026-03-01T10:00:00.000Z');
const facts: RetentionFacts = {
  archivedAt: now,
  endpoints: ['ep-1'],
  places: [{ mailboxId: 'mb-1', folder: 'Inbox', groups: [] }],
  direction: 'incoming',
  senders: ['bob@far.test'],
  recipients: ['a@x.test'],
  addressesTruncated: false,
  sources: ['journal'],
  sizeBytes: 1_000,
};

function policy(change: Partial<RetentionPolicy>): RetentionPolicy {
  const at = now.toISOString();
  const rest = {
    name: 'p',
    priority: 0,
    conditions: {},
    countedFrom: 'archived',
    createdAt: at,
    changedAt: at,
  } as const;
  return { policyId: `rp-${JSON.stringify(change).length}`, version: 1, ...rest, ...change };
}

describe('the end of the quarter', () => {
  test.each([
    { of: '2026-01-01T00:00:00.000Z', is: '2026-01-01T00:00:00.000Z', reason: 'it is one itself' },
    { of: '2026-01-01T00:00:00.001Z', is: '2026-04-01T00:00:00.000Z', reason: 'a moment later' },
    { of: '2026-03-31T23:59:59.999Z', is: '2026-04-01T00:00:00.000Z', reason: 'the last moment' },
    { of: '2028-02-29T12:00:00.000Z', is: '2028-04-01T00:00:00.000Z', reason: 'a leap day' },
    { of: '2026-11-21T00:00:00.000Z', is: '2027-01-01T00:00:00.000Z', reason: 'into the next year' },
  ])('of $of is $is: $reason', ({ of, is }) => {
    expect(endOfQuarter(new Date(of)).toISOString()).toBe(is);
  });
});

describe('until when storage is to lock a message', () => {
  test.each([
    { policies: [], until: undefined, reason: 'no policy' },
    { policies: [policy({ maximum: { years: 1 } })], until: undefined, reason: 'a maximum locks nothing' },
    { policies: [policy({ minimum: { days: 0 } })], until: undefined, reason: 'over at once' },
    {
      policies: [policy({ minimum: { days: 1 } })],
      until: '2026-03-03T00:00:00.000Z',
      reason: 'the end of its last day',
    },
    {
      policies: [policy({ minimum: { days: 1 } }), policy({ minimum: { years: 10 } })],
      until: '2036-03-02T00:00:00.000Z',
      reason: 'the longest of several',
    },
    {
      policies: [policy({ minimum: { years: 100, endOfCalendarYear: true } })],
      until: '2126-02-05T10:00:00.000Z',
      reason: 'no further than storage can',
    },
    {
      policies: [policy({ minimum: { years: 1 }, conditions: { mailboxes: ['mb-2'] } })],
      until: undefined,
      reason: 'of other mail',
    },
  ])('$until: $reason', ({ policies, until }) => {
    expect(lockUntil(facts, preparePolicies(policies), now)?.toISOString()).toBe(until);
  });

  test('of input that nobody could read, any policy that its contents could have matched counts', () => {
    const policies = preparePolicies([
      policy({ minimum: { years: 3 }, conditions: { mailboxes: ['mb-2'], groups: ['g'], directions: ['outgoing'] } }),
      policy({ minimum: { years: 5 }, conditions: { largerThanBytes: 5_000 } }),
    ]);
    const unread = { ...facts, mailboxes: [], senders: [], recipients: [], addressesTruncated: true };
    expect(lockUntil(unread, policiesForUnread(policies), now)?.toISOString()).toBe('2029-03-02T00:00:00.000Z');
  });
});
