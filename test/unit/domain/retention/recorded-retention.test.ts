import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compactRetention,
  fullRetention,
  keptAddresses,
  MAX_RECORDED_ADDRESSES,
  type RecordedRetention,
  receiptOf,
  withArrival,
} from '../../../../shared/domain/retention/recorded-retention.ts';

const RECEIVED = '2026-03-01T10:00:00.000Z';
const journaled: RecordedRetention = { sources: ['journal'], endpoints: [], received: { journal: RECEIVED } };

test('the same mail again on the same day adds nothing', () => {
  const later = { ...journaled, received: { journal: '2026-03-01T23:59:00.000Z' } };
  expect(withArrival(journaled, later)).toBe(journaled);
});

test.each<[string, Partial<RecordedRetention>, Partial<RecordedRetention>]>([
  [
    'a later day',
    { received: { journal: '2026-03-02T00:00:00.000Z' } },
    { received: { journal: '2026-03-02T00:00:00.000Z' } },
  ],
  ['another source', { sources: ['fetch'], received: {} }, { sources: ['journal', 'fetch'] }],
  ['a recipient', { recipients: ['eve@x.example'] }, { recipients: ['eve@x.example'] }],
  ['a way', { direction: 'internal' }, { direction: 'internal' }],
])('an arrival adds %s', (_name, other, added) => {
  expect(withArrival(journaled, { ...journaled, ...other })).toEqual({ ...journaled, ...added });
});

test('what went out once is outgoing', () => {
  const internal: RecordedRetention = { ...journaled, direction: 'internal' };
  const outgoing: RecordedRetention = { ...journaled, direction: 'outgoing' };
  expect(withArrival(internal, outgoing).direction).toBe('outgoing');
  expect(withArrival(outgoing, internal)).toBe(outgoing);
});

test('a journal arrival tells better when mail was received than its source, and that better than a field', () => {
  expect(receiptOf({ journal: '3', internalDate: '1', trace: '2' })).toBe('3');
  expect(receiptOf({ internalDate: '1', trace: '2' })).toBe('1');
  expect(receiptOf({ trace: '2' })).toBe('2');
  expect(receiptOf({})).toBeUndefined();
});

test('only so many addresses are kept, and none that is too long; what is missing is said', () => {
  const many = Array.from({ length: MAX_RECORDED_ADDRESSES + 1 }, (_, n) => `p${n}@x.example`);
  expect(keptAddresses(many)).toEqual({ kept: many.slice(0, MAX_RECORDED_ADDRESSES), isTruncated: true });
  expect(keptAddresses([`${'p'.repeat(400)}@x.example`])).toEqual({ kept: [], isTruncated: true });
  expect(keptAddresses(['a@x.example', 'a@x.example'])).toEqual({ kept: ['a@x.example'], isTruncated: false });
  const first = { ...journaled, recipients: many.slice(0, 60) };
  expect(withArrival(first, { ...journaled, recipients: many.slice(60) }).isTruncated).toBe(true);
});

const retention: fc.Arbitrary<RecordedRetention> = fc.record(
  {
    sources: fc.uniqueArray(fc.constantFrom('journal' as const, 'fetch' as const), { minLength: 1 }),
    endpoints: fc.uniqueArray(fc.constantFrom('ep-1', 'ep-2')),
    recipients: fc.uniqueArray(fc.constantFrom('a@x.example', 'b@x.example'), { minLength: 1 }),
    direction: fc.constantFrom('incoming' as const, 'outgoing' as const, 'internal' as const),
    received: fc.record(
      {
        journal: fc.constantFrom(RECEIVED, '2026-03-02T10:00:00.000Z'),
        internalDate: fc.constant('2020-01-01T00:00:00.000Z'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['sources', 'endpoints', 'received'] },
);

test('what a record keeps is what was given to it', () => {
  fc.assert(
    fc.property(retention, (full) => {
      expect(fullRetention(compactRetention(full, RECEIVED), RECEIVED)).toEqual(full);
    }),
  );
});

test('of most mail a record keeps nothing', () => {
  expect(compactRetention(journaled, RECEIVED)).toEqual({});
});

test('arrivals say the same in any order', () => {
  const sorted = (full: RecordedRetention) => ({
    ...full,
    sources: full.sources.toSorted(),
    endpoints: full.endpoints.toSorted(),
    recipients: full.recipients?.toSorted(),
  });
  fc.assert(
    fc.property(retention, retention, (one, other) => {
      expect(sorted(withArrival(one, other))).toEqual(sorted(withArrival(other, one)));
      expect(withArrival(withArrival(one, other), other)).toEqual(withArrival(one, other));
    }),
  );
});
