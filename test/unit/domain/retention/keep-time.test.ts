import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  calendarStartOf,
  type KeepTime,
  keepTimeFault,
  keptUntil,
  lengthOf,
} from '../../../../shared/domain/retention/keep-time.ts';

function until(from: string, time: KeepTime): string {
  return new Date(keptUntil(calendarStartOf(new Date(from)), lengthOf(time))).toISOString();
}

const keepTime: fc.Arbitrary<KeepTime> = fc
  .tuple(
    fc.oneof(
      fc.record({ days: fc.integer({ min: 0, max: 36_525 }) }),
      fc.record({ months: fc.integer({ min: 0, max: 1_200 }) }),
      fc.record({ years: fc.integer({ min: 0, max: 100 }) }),
    ),
    fc.boolean(),
  )
  .map(([time, isRounded]) => (isRounded ? { ...time, endOfCalendarYear: true } : time));

const instant = fc.date({ min: new Date('1971-01-01'), max: new Date('2399-12-31'), noInvalidDate: true });

describe('a keep time', () => {
  test.each<[string, string, KeepTime, string]>([
    ['is over at the end of its last day', '2026-03-01T10:00:00Z', { days: 1 }, '2026-03-03T00:00:00.000Z'],
    [
      'counts the day of a message of midnight as its first',
      '2026-03-01T00:00:00Z',
      { days: 1 },
      '2026-03-03T00:00:00.000Z',
    ],
    ['counts the last millisecond as of its day', '2026-03-01T23:59:59.999Z', { days: 1 }, '2026-03-03T00:00:00.000Z'],
    ['of nothing is over at once', '2026-03-01T10:00:00Z', { days: 0 }, '2026-03-01T10:00:00.000Z'],
    ['of no years is over at once', '2026-03-01T10:00:00Z', { years: 0 }, '2026-03-01T10:00:00.000Z'],
    [
      'goes by UTC, whatever the offset it was written with',
      '2026-03-01T00:30:00+02:00',
      { days: 1 },
      '2026-03-02T00:00:00.000Z',
    ],
    [
      'knows no daylight saving time (spring in Berlin)',
      '2026-03-29T00:30:00Z',
      { days: 1 },
      '2026-03-31T00:00:00.000Z',
    ],
    [
      'knows no daylight saving time (autumn in Berlin)',
      '2026-10-25T00:30:00Z',
      { days: 1 },
      '2026-10-27T00:00:00.000Z',
    ],
    [
      'of a month from the 31st ends on the day after the short month',
      '2026-01-31T10:00:00Z',
      { months: 1 },
      '2026-03-02T00:00:00.000Z',
    ],
    ['of a month from the 30th likewise', '2026-01-30T10:00:00Z', { months: 1 }, '2026-03-02T00:00:00.000Z'],
    ['of a month from the 28th ends on the 28th', '2026-01-28T10:00:00Z', { months: 1 }, '2026-03-01T00:00:00.000Z'],
    ['of a month in a leap year ends on the 29th', '2028-01-29T10:00:00Z', { months: 1 }, '2028-03-01T00:00:00.000Z'],
    ['of a year from 29 February ends on 1 March', '2028-02-29T10:00:00Z', { years: 1 }, '2029-03-02T00:00:00.000Z'],
    [
      'of four years from 29 February ends on 29 February',
      '2028-02-29T10:00:00Z',
      { years: 4 },
      '2032-03-01T00:00:00.000Z',
    ],
    [
      'of a hundred years from 29 February: 2100 is no leap year',
      '2000-02-29T10:00:00Z',
      { years: 100 },
      '2100-03-02T00:00:00.000Z',
    ],
    ['of 400 days over a leap day', '2028-02-01T10:00:00Z', { days: 29 }, '2028-03-02T00:00:00.000Z'],
    ['of a hundred years', '2026-03-01T10:00:00Z', { years: 100 }, '2126-03-02T00:00:00.000Z'],
    [
      'to the end of the year',
      '2026-03-01T10:00:00Z',
      { years: 10, endOfCalendarYear: true },
      '2037-01-01T00:00:00.000Z',
    ],
    [
      'to the end of the year, ending on its last day',
      '2026-12-31T10:00:00Z',
      { years: 1, endOfCalendarYear: true },
      '2028-01-01T00:00:00.000Z',
    ],
    [
      'to the end of the next year, ending on its first day',
      '2026-12-31T10:00:00Z',
      { days: 1, endOfCalendarYear: true },
      '2028-01-01T00:00:00.000Z',
    ],
    [
      'of nothing to the end of the year',
      '2026-03-01T10:00:00Z',
      { days: 0, endOfCalendarYear: true },
      '2027-01-01T00:00:00.000Z',
    ],
  ])('%s', (_name, from, time, expected) => {
    expect(until(from, time)).toBe(expected);
  });

  test('is never over before it begins, and never sooner for mail that came later', () => {
    fc.assert(
      fc.property(instant, instant, keepTime, (one, other, time) => {
        const [first, second] = one <= other ? [one, other] : [other, one];
        const length = lengthOf(time);
        const untilFirst = keptUntil(calendarStartOf(first), length);
        expect(untilFirst).toBeGreaterThanOrEqual(first.getTime());
        expect(keptUntil(calendarStartOf(second), length)).toBeGreaterThanOrEqual(untilFirst);
      }),
    );
  });

  test('keeps longer the more days, months or years it has', () => {
    fc.assert(
      fc.property(
        instant,
        fc.constantFrom('days', 'months', 'years'),
        fc.nat(99),
        fc.nat(99),
        (from, unit, one, other) => {
          const start = calendarStartOf(from);
          const at = (months: number, days: number) => keptUntil(start, { months, days, endOfCalendarYear: false });
          const lengthAt = (count: number) =>
            unit === 'days' ? at(0, count) : at(unit === 'years' ? count * 12 : count, 0);
          expect(lengthAt(one) <= lengthAt(other)).toBe(one <= other || lengthAt(one) === lengthAt(other));
        },
      ),
    );
  });
});

test.each<[string, KeepTime, boolean]>([
  ['none', { days: 0 }, true],
  ['a hundred years', { years: 100 }, true],
  ['a hundred years in months', { months: 1_200 }, true],
  ['a hundred years in days', { days: 36_525 }, true],
  ['more than a hundred years', { years: 101 }, false],
  ['more than that in days', { days: 36_526 }, false],
  ['less than nothing', { days: -1 }, false],
  ['a part of a day', { days: 1.5 }, false],
  ['no number', { days: Number.NaN }, false],
  ['no end', { years: Number.POSITIVE_INFINITY }, false],
])('a keep time of %s is right or wrong', (_name, time, isRight) => {
  expect(keepTimeFault(time) === undefined).toBe(isRight);
});
