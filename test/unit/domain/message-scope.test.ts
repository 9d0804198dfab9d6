import { describe, expect, test } from 'vitest';
import {
  coversPlace,
  coversQuarantined,
  MAX_CUSTODIANS,
  type MessageScope,
  scopeFault,
} from '../../../shared/domain/message-scope.ts';

const IN_2025 = { from: '2025-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' };
const many = Array.from({ length: MAX_CUSTODIANS + 1 }, (_, n) => `mb-${n}`);

describe('scopeFault', () => {
  test.each<{ readonly scope: MessageScope; readonly reason: string }>([
    { scope: { everything: true }, reason: 'the whole archive' },
    { scope: { mailboxes: ['mb-1'], addresses: ['a@b.test'], ...IN_2025, query: 'x' }, reason: 'all conditions' },
    { scope: { from: IN_2025.from }, reason: 'a period without an end' },
  ])('takes $reason', ({ scope }) => {
    expect(scopeFault(scope)).toBeUndefined();
  });

  test.each<{ readonly scope: MessageScope; readonly reason: string }>([
    { scope: {}, reason: 'nothing: it would hold everything by accident' },
    { scope: { everything: true, query: 'x' }, reason: 'everything, but only some of it' },
    { scope: { query: ' ' }, reason: 'a search for nothing' },
    { scope: { from: IN_2025.to, to: IN_2025.from }, reason: 'a period that ends before it begins' },
    { scope: { from: IN_2025.to, to: IN_2025.to }, reason: 'a period of no time' },
    { scope: { mailboxes: many }, reason: 'more mailboxes than fit' },
    { scope: { addresses: many }, reason: 'more addresses than fit' },
  ])('refuses $reason', ({ scope }) => {
    expect(scopeFault(scope)).toMatch(/^scope/);
  });
});

describe('coversPlace', () => {
  const place = { mailboxId: 'mb-1', receivedAts: ['2025-06-01T00:00:00.000Z'] };
  test.each<{ readonly scope: MessageScope; readonly covers: string; readonly reason: string }>([
    { scope: { everything: true }, covers: 'yes', reason: 'everything' },
    { scope: { mailboxes: ['mb-0', 'mb-1'] }, covers: 'yes', reason: 'any of the mailboxes' },
    { scope: { mailboxes: ['mb-0'] }, covers: 'no', reason: 'another mailbox' },
    { scope: { addresses: ['a@b.test'] }, covers: 'by_text', reason: 'an address, which the message tells' },
    {
      scope: { mailboxes: ['mb-0'], addresses: ['a@b.test'] },
      covers: 'by_text',
      reason: 'either custodian is enough',
    },
    { scope: { mailboxes: ['mb-1'], addresses: ['a@b.test'] }, covers: 'yes', reason: 'a custodian by the mailbox' },
    { scope: { mailboxes: ['mb-1'], query: 'x' }, covers: 'by_text', reason: 'a search in a mailbox' },
    { scope: { mailboxes: ['mb-0'], query: 'x' }, covers: 'no', reason: 'a search in another mailbox' },
    { scope: IN_2025, covers: 'yes', reason: 'the period' },
    { scope: { to: '2025-06-01T00:00:00.000Z' }, covers: 'no', reason: 'an end, which is exclusive' },
    { scope: { from: '2025-06-01T00:00:00.000Z' }, covers: 'yes', reason: 'a beginning, which is inclusive' },
    { scope: { ...IN_2025, mailboxes: ['mb-0'] }, covers: 'no', reason: 'the period of somebody else' },
  ])('$reason: $covers', ({ scope, covers }) => {
    expect(coversPlace(scope, place)).toBe(covers);
  });

  test('what came more than once is covered if any of it is; what nobody knows the time of is', () => {
    const late = { ...place, receivedAts: [...place.receivedAts, '2026-06-01T00:00:00.000Z'] };
    expect(coversPlace({ from: IN_2025.to }, late)).toBe('yes');
    expect(coversPlace({ from: IN_2025.to }, { ...place, receivedAts: [] })).toBe('yes');
  });
});

test.each<[MessageScope, boolean]>([
  [{ everything: true }, true],
  [{ query: 'x', mailboxes: ['mb-1'], addresses: ['a@b.test'] }, true],
  [IN_2025, true],
  [{ to: IN_2025.from, query: 'x' }, false],
])('whose quarantined input is nobody can tell: %j covers it by its period alone: %s', (scope, covers) => {
  expect(coversQuarantined(scope, { receivedAt: '2025-06-01T00:00:00.000Z' })).toBe(covers);
});
