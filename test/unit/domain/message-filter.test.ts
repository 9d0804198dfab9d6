import { expect, test } from 'vitest';
import { filteredBy, type MessageFilter } from '../../../shared/domain/message-filter.ts';

const now = new Date('2026-03-31T00:00:00.000Z');
const message = { flags: ['\\Seen'], internalDate: '2026-03-01T00:00:00.000Z', sizeBytes: 1_000 };

test.each<{
  name: string;
  message?: Partial<typeof message>;
  filter: Partial<MessageFilter>;
  expected: string | undefined;
}>([
  { name: 'no rule lets all through', filter: {}, expected: undefined },
  { name: 'unread', message: { flags: [] }, filter: { unread: false }, expected: 'filter-unread' },
  { name: 'read, in any case', message: { flags: ['\\SEEN'] }, filter: { unread: false }, expected: undefined },
  { name: 'not old enough', filter: { olderThanDays: 30 }, expected: 'filter-older' },
  { name: 'old enough', filter: { olderThanDays: 29 }, expected: undefined },
  { name: 'too old', filter: { newerThanDays: 30 }, expected: 'filter-newer' },
  { name: 'not too old', filter: { newerThanDays: 31 }, expected: undefined },
  { name: 'too small', filter: { largerThanBytes: 1_000 }, expected: 'filter-larger' },
  { name: 'too large', filter: { smallerThanBytes: 1_000 }, expected: 'filter-smaller' },
])('$name', ({ message: change, filter, expected }) => {
  expect(filteredBy({ ...message, ...change }, { unread: true, ...filter }, now)).toBe(expected);
});

test('a message without a date is of no age', () => {
  const { internalDate: _date, ...undated } = message;
  expect(filteredBy(undated, { unread: true, olderThanDays: 1, newerThanDays: 1 }, now)).toBeUndefined();
});
