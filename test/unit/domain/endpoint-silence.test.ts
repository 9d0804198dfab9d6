import { describe, expect, test } from 'vitest';
import {
  hourOf,
  newProfile,
  skipHours,
  startOfHour,
  type VolumeProfile,
  WEEK_HOURS,
} from '../../../shared/domain/endpoint-volume.ts';
import { watchHour } from '../../../shared/domain/endpoint-watch.ts';
import { ORGANISATIONS } from './organisations.ts';
import { binomial, createTraffic, mulberry32, type Organisation } from './simulated-traffic.ts';

const BEGIN = hourOf(new Date('2025-12-01T00:00:00.000Z'));
const YEAR_HOURS = 400 * 24;
const SEEDS = [1, 2, 3];

/** Lets an endpoint be watched for some hours; `each` sees every profile. */
function watched(
  from: VolumeProfile,
  hours: number,
  countOf: (hour: number) => number,
  each: (profile: VolumeProfile) => void = () => undefined,
): VolumeProfile {
  let profile = from;
  for (let i = 0; i < hours; i++) {
    profile = watchHour(profile, { count: countOf(profile.lastHour + 1), quarantined: 0 });
    each(profile);
  }
  return profile;
}

function hoursUntilSilent(from: VolumeProfile, countOf: (hour: number) => number, atMost: number): number {
  let profile = from;
  let hours = 0;
  while (profile.silence.since === undefined && hours <= atMost) {
    profile = watched(profile, 1, countOf);
    hours += 1;
  }
  return hours;
}

const nothing = () => 0;

describe('a simulated year raises no alarm', () => {
  test.each(Object.entries<Organisation>(ORGANISATIONS))('of %s', (_name, organisation) => {
    for (const seed of SEEDS) {
      const traffic = createTraffic(organisation, seed);
      const random = mulberry32(seed + 1000);
      const alarms: string[] = [];
      let profile = newProfile(BEGIN - 1);
      for (let hour = BEGIN; hour < BEGIN + YEAR_HOURS; hour++) {
        const count = traffic(hour);
        profile = watchHour(profile, { count, quarantined: binomial(count, 0.02, random) });
        if ((profile.silence.since ?? profile.rise.since) !== undefined) {
          alarms.push(`seed ${seed}, ${startOfHour(hour).toISOString()}`);
        }
      }
      expect(alarms).toEqual([]);
    }
  });
});

describe('silence is found', () => {
  /** Within so many hours, whatever hour of the week the mail stops at. */
  const found: readonly [keyof typeof ORGANISATIONS, number][] = [
    ['large', 3],
    ['medium', 12],
    ['newsletter', 12],
    ['pacific', 24],
    ['sydney', 24],
    // From Friday evening: the weekend, and two days that may be holidays.
    ['officeHoursOnly', 4 * 24 + 18],
    ['tenADay', 11 * 24],
  ];
  test.each(found)('at %s within %d hours', (name, hours) => {
    for (const seed of SEEDS) {
      const traffic = createTraffic(ORGANISATIONS[name], seed);
      let profile = watched(newProfile(BEGIN - 1), 20 * WEEK_HOURS, traffic);
      for (let hourOfWeek = 0; hourOfWeek < WEEK_HOURS; hourOfWeek += 7) {
        expect(hoursUntilSilent(profile, nothing, hours)).toBeLessThanOrEqual(hours);
        profile = watched(profile, 7, traffic);
      }
    }
  });

  test('although a probe still comes by each day', () => {
    const profile = watched(newProfile(BEGIN - 1), 20 * WEEK_HOURS, createTraffic(ORGANISATIONS.medium, 1));
    const probe = (hour: number) => (hour % 24 === 9 ? 1 : 0);
    expect(hoursUntilSilent(profile, probe, 48)).toBeLessThanOrEqual(24);
  });

  test('in the hours after clocks have changed', () => {
    const clocksChange = hourOf(new Date('2026-03-29T01:00:00.000Z'));
    const traffic = createTraffic(ORGANISATIONS.large, 1);
    const profile = watched(newProfile(BEGIN - 1), clocksChange - BEGIN, traffic);
    expect(hoursUntilSilent(profile, nothing, 48)).toBeLessThanOrEqual(6);
  });
});

describe('an endpoint', () => {
  const daily = (atHour: number) => (hour: number) => (hour % 24 === atHour ? 1000 : 0);
  const learnt = (countOf: (hour: number) => number, weeks = 12) =>
    watched(newProfile(BEGIN - 1), weeks * WEEK_HOURS, countOf);
  const everyHour = () => 500;

  test('that all mail comes to in one hour of the day may be an hour late or early when clocks change', () => {
    for (const [from, to] of [
      [3, 4],
      [4, 3],
    ] as const) {
      const alarms: string[] = [];
      watched(learnt(daily(from)), 10 * WEEK_HOURS, daily(to), ({ silence }) => {
        if (silence.since !== undefined) alarms.push(silence.since);
      });
      expect(alarms).toEqual([]);
    }
  });

  test('that all mail comes to in one hour of the day is found silent when that hour brings none', () => {
    expect(hoursUntilSilent(learnt(daily(3)), nothing, 400)).toBeLessThanOrEqual(3 * 24);
  });

  test('that also gets a daily newsletter may lose it: its other mail goes on', () => {
    const withNewsletter = (hour: number) => 100 + (hour % 24 >= 9 && hour % 24 < 12 ? 4000 : 0);
    expect(hoursUntilSilent(learnt(withNewsletter), () => 100, 8 * WEEK_HOURS)).toBeGreaterThan(8 * WEEK_HOURS);
  });

  test('that a backlog came to for a week is not expected to bring one again', () => {
    const backlog = watched(
      learnt(() => 100),
      WEEK_HOURS,
      () => 40_000,
    );
    expect(hoursUntilSilent(backlog, () => 100, 4 * WEEK_HOURS)).toBeGreaterThan(4 * WEEK_HOURS);
  });

  test('with little mail may get less than half of it for months', () => {
    const { offset, working, free } = ORGANISATIONS.tenADay;
    const slack = { offset, working: (hour: number) => 0.45 * working(hour), free: () => 0.45 * free() };
    for (const seed of SEEDS) {
      const before = learnt(createTraffic({ offset, working, free }, seed));
      expect(hoursUntilSilent(before, createTraffic(slack, seed + 10), 8 * WEEK_HOURS)).toBeGreaterThan(8 * WEEK_HOURS);
    }
  });

  test('that is new raises none before it has seen each hour of the week three times', () => {
    expect(hoursUntilSilent(learnt(everyHour, 1), nothing, WEEK_HOURS)).toBeGreaterThan(WEEK_HOURS);
    expect(hoursUntilSilent(learnt(everyHour, 3), nothing, 48)).toBe(3);
  });

  test('is silent since the hour after its last mail', () => {
    const before = learnt(everyHour);
    const after = watched(before, 5, nothing);
    expect(after.silence.since).toBe(startOfHour(before.lastHour + 1).toISOString());
    expect(watched(after, 100, nothing).silence.since).toBe(after.silence.since);
  });

  test('is silent until mail comes, however long that takes, and has not learnt to be', () => {
    const silent = watched(learnt(everyHour), 26 * WEEK_HOURS, nothing);
    expect(silent.silence.since).toBeDefined();
    expect(Math.min(...silent.means)).toBeGreaterThan(300);
    const again = watched(silent, 1, everyHour);
    expect(again.silence.since).toBeUndefined();
  });

  test('that loses most of its mail for good is silent until that is what is usual', () => {
    const little = watched(learnt(everyHour), 5, () => 10);
    expect(little.silence.since).toBeDefined();
    expect(watched(little, 30 * WEEK_HOURS, () => 10).silence.since).toBeUndefined();
  });

  test('is not silent for hours that nobody watched', () => {
    const back = skipHours(learnt(everyHour), 40 * 24);
    expect(watched(back, 2, nothing).silence.since).toBeUndefined();
    expect(watched(back, 3, nothing).silence.since).toBeDefined();
    expect(watched(back, 3, everyHour).silence.since).toBeUndefined();
    expect(back.means).toEqual(learnt(everyHour).means);
  });
});

test('a profile stays far below what an item may hold', () => {
  const traffic = createTraffic({ offset: 0, working: () => 123_456, free: () => 98_765 }, 1);
  const profile = watched(newProfile(BEGIN - 1), 10 * WEEK_HOURS, traffic);
  expect(JSON.stringify(profile).length).toBeLessThan(16_000);
});
