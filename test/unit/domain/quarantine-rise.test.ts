import { describe, expect, test } from 'vitest';
import { type HourVolume, newProfile, type VolumeProfile, WEEK_HOURS } from '../../../shared/domain/endpoint-volume.ts';
import { watchHour } from '../../../shared/domain/endpoint-watch.ts';
import { quarantineRiseOf } from '../../../shared/domain/quarantine-rise.ts';

const watched = (from: VolumeProfile, hours: number, volume: HourVolume) => {
  let profile = from;
  for (let i = 0; i < hours; i++) profile = watchHour(profile, volume);
  return profile;
};
const fresh = newProfile(490_000);
/** Ten weeks of 100 messages an hour, of which so many go to quarantine. */
const usual = (quarantined: number) => watched(fresh, 10 * WEEK_HOURS, { count: 100, quarantined });

describe('quarantineRiseOf', () => {
  test.each<[string, VolumeProfile, number, HourVolume, boolean]>([
    ['all of a new endpoint’s first mail', fresh, 2, { count: 10, quarantined: 10 }, true],
    ['a third of a new endpoint’s mail', fresh, 6, { count: 10, quarantined: 3 }, true],
    ['few messages, whatever their share', fresh, 6, { count: 1, quarantined: 1 }, false],
    ['nothing at all', fresh, 200, { count: 0, quarantined: 0 }, false],
    ['rare mail, all of it', fresh, 20, { count: 1, quarantined: 1 }, true],
    ['the share that is usual', usual(10), 24, { count: 100, quarantined: 10 }, false],
    ['not quite twice the share that is usual', usual(10), 48, { count: 100, quarantined: 19 }, false],
    ['four times the share that is usual', usual(10), 5, { count: 100, quarantined: 40 }, true],
    ['a share below 5 %, where none is usual', usual(0), 48, { count: 100, quarantined: 4 }, false],
    ['a share above 5 %, where none is usual', usual(0), 12, { count: 100, quarantined: 12 }, true],
    ['one bad message among many', usual(0), 1, { count: 100, quarantined: 1 }, false],
    ['all, where most is usual', usual(60), 48, { count: 100, quarantined: 100 }, false],
  ])('%s', (_name, from, hours, volume, isRising) => {
    expect(quarantineRiseOf(watched(from, hours, volume)) !== undefined).toBe(isRising);
  });

  test('says what it was decided on', () => {
    const profile = watched(usual(2), 6, { count: 50, quarantined: 25 });
    expect(quarantineRiseOf(profile)).toMatchObject({
      since: new Date((profile.lastHour - 5) * 3_600_000).toISOString(),
      received: 300,
      quarantined: 150,
      usualShare: expect.closeTo(0.02, 3),
    });
  });

  test('is over soon after quarantine is as usual again, and where the new share is usual', () => {
    const risen = watched(usual(2), 6, { count: 100, quarantined: 50 });
    expect(risen.rise.since).toBeDefined();
    expect(watched(risen, 6, { count: 100, quarantined: 2 }).rise.since).toBeUndefined();
    expect(watched(risen, 8 * WEEK_HOURS, { count: 100, quarantined: 50 }).rise.since).toBeUndefined();
  });
});
