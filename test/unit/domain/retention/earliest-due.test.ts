import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideRetention } from '../../../../shared/domain/retention/decide-retention.ts';
import { distinctMaximums, earliestDueMs } from '../../../../shared/domain/retention/earliest-due.ts';
import { preparePolicies } from '../../../../shared/domain/retention/prepare-policies.ts';
import { facts, policy } from './retention-cases.ts';

test.each([
  ['archived', { days: 30 }, 'archived', '2026-04-01'],
  ['archived', { days: 30 }, 'received', '2026-03-31'],
  ['received', { days: 30 }, 'received', '2026-04-01'],
] as const)(
  'of mail listed by %s, kept for %j from %s, nothing is due before %s',
  (list, maximum, countedFrom, day) => {
    const maximums = distinctMaximums([policy('rp-1', { maximum, countedFrom })]);
    expect(new Date(earliestDueMs(maximums, list, '2026-03-01')).toISOString()).toBe(`${day}T00:00:00.000Z`);
  },
);

test('mail listed by its receipt is not asked for what is counted from archiving', () => {
  const maximums = distinctMaximums([policy('rp-1', { maximum: { days: 1 } })]);
  expect(earliestDueMs(maximums, 'received', '2026-03-01')).toBe(Number.POSITIVE_INFINITY);
});

test('policies that count alike are looked at once', () => {
  const many = Array.from({ length: 10_000 }, (_, n) => policy(`rp-${n}`, { maximum: { years: n % 3 } }));
  expect(distinctMaximums(many)).toHaveLength(3);
});

test('no message of a day is due before that', () => {
  const day = '2026-03-01';
  const dayMs = Date.parse(day);
  fc.assert(
    fc.property(
      fc.nat(86_399_999),
      fc.nat(86_400_000),
      fc.nat(1_000),
      fc.constantFrom('archived' as const, 'received' as const),
      (ofDayMs, agoMs, days, countedFrom) => {
        const policies = [policy('rp-1', { maximum: { days }, countedFrom })];
        const archivedAt = new Date(dayMs + ofDayMs);
        const message = facts({ archivedAt, receivedAt: new Date(archivedAt.getTime() - agoMs) });
        const { dueAt } = decideRetention(message, preparePolicies(policies), archivedAt);
        const earliest = earliestDueMs(distinctMaximums(policies), 'archived', day);
        expect(dueAt?.getTime()).toBeGreaterThanOrEqual(earliest);
      },
    ),
  );
});
