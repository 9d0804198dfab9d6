import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DigestState, duePeriod } from '../../../shared/domain/digest-period.ts';

const NOW = '2026-03-02T10:00:00.000Z';

function due(state: DigestState, hour: number | null, now = NOW): readonly string[] | undefined {
  const period = duePeriod(state, hour, new Date(now));
  return period && [period.from.toISOString(), period.until.toISOString()];
}

describe('duePeriod', () => {
  test.each([
    {
      name: 'the first one tells of the day before, up to five minutes ago',
      state: {},
      hour: null,
      expected: ['2026-03-01T10:00:00.000Z', '2026-03-02T09:55:00.000Z'],
    },
    {
      name: 'the next one goes on where that ended',
      state: { toldUntil: '2026-03-02T08:30:00.000Z', sentAt: '2026-03-02T08:35:00.000Z' },
      hour: null,
      expected: ['2026-03-02T08:30:00.000Z', '2026-03-02T09:55:00.000Z'],
    },
    {
      name: 'none within an hour of the last mail',
      state: { toldUntil: '2026-03-02T09:00:00.000Z', sentAt: '2026-03-02T09:05:00.000Z' },
      hour: null,
      expected: undefined,
    },
    {
      name: 'with an hour, up to when it struck last',
      state: { toldUntil: '2026-03-01T07:00:00.000Z', sentAt: '2026-03-01T07:05:00.000Z' },
      hour: 7,
      expected: ['2026-03-01T07:00:00.000Z', '2026-03-02T07:00:00.000Z'],
    },
    {
      name: 'with an hour, none before it strikes again',
      state: { toldUntil: '2026-03-02T07:00:00.000Z', sentAt: '2026-03-02T07:05:00.000Z' },
      hour: 7,
      expected: undefined,
    },
    {
      name: 'an hour that is still to come struck yesterday',
      state: { toldUntil: '2026-03-01T07:00:00.000Z' },
      hour: 23,
      expected: ['2026-03-01T07:00:00.000Z', '2026-03-01T23:00:00.000Z'],
    },
    {
      name: 'not at the very stroke: what happened then is still being written down',
      state: { toldUntil: '2026-03-01T10:00:00.000Z' },
      hour: 10,
      expected: undefined,
    },
    {
      name: 'no more than a week back',
      state: { toldUntil: '2026-01-01T00:00:00.000Z' },
      hour: null,
      expected: ['2026-02-23T10:00:00.000Z', '2026-03-02T09:55:00.000Z'],
    },
    {
      name: 'none before a time that a clock which was set back has passed already',
      state: { toldUntil: '2026-03-02T11:00:00.000Z' },
      hour: null,
      expected: undefined,
    },
  ])('$name', ({ state, hour, expected }) => {
    expect(due(state, hour)).toEqual(expected);
  });

  test('periods follow each other without gap or overlap, whenever somebody looks', () => {
    const looks = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 60 });
    const hours = fc.option(fc.integer({ min: 0, max: 23 }), { nil: null });
    fc.assert(
      fc.property(looks, hours, (minutes, hour) => {
        let state: DigestState = { toldUntil: NOW };
        let now = Date.parse(NOW);
        for (const step of minutes) {
          now += step * 60_000;
          const period = duePeriod(state, hour, new Date(now));
          if (!period) continue;
          expect(period.from.toISOString()).toBe(state.toldUntil);
          expect(period.until.getTime()).toBeGreaterThan(period.from.getTime());
          expect(period.until.getTime()).toBeLessThanOrEqual(now - 5 * 60_000);
          state = { toldUntil: period.until.toISOString(), sentAt: new Date(now).toISOString() };
        }
      }),
    );
  });
});
