import type { Alarm } from './alarm.ts';

/** What one hour brought an endpoint. */
export interface HourVolume {
  readonly count: number;
  /** How many of them went to quarantine. */
  readonly quarantined: number;
}

/**
 * What is known of the usual volume of a journal endpoint, and of its last four weeks. Hours are counted
 * from 1970 in UTC; a bucket is an hour of the week in UTC, 0 is Monday from 00:00 to 01:00. The size is
 * constant: about 7 KB as JSON.
 */
export interface VolumeProfile {
  readonly format: 1;
  /** The hour that `recentCounts[0]` is of. */
  readonly lastHour: number;
  /** Exponentially weighted mean of what each bucket brought. */
  readonly means: readonly number[];
  /** Of how many weeks each bucket has learnt, up to `SETTLED_WEEKS`. */
  readonly weeks: readonly number[];
  /** Weighted sums of squared deviations and of means: their ratio is the dispersion. */
  readonly deviation: { readonly squares: number; readonly expected: number };
  /** Weighted sums over all hours older than `SHARE_HOURS`. */
  readonly older: HourVolume;
  /** Newest first, at most `RECENT_HOURS`; `null` where nobody counted. */
  readonly recentCounts: readonly (number | null)[];
  /** The same of what went to quarantine, at most `SHARE_HOURS`. */
  readonly recentQuarantined: readonly (number | null)[];
  /** ISO 8601, UTC. */
  readonly lastArrivalAt?: string;
  readonly silence: Alarm;
  readonly rise: Alarm;
}

const HOUR_MS = 3_600_000;
export const DAY_HOURS = 24;
export const WEEK_HOURS = 7 * DAY_HOURS;
/** 1970 began on a Thursday. */
const HOURS_FROM_MONDAY = 3 * DAY_HOURS;

/** How far back silence is looked for: the rarest mail that an alarm is possible for comes about daily. */
const RECENT_HOURS = 4 * WEEK_HOURS;
/** The share of quarantine in these last hours is compared with that of the time before. */
export const SHARE_HOURS = 7 * DAY_HOURS;
/** From so many weeks on a new week counts for one in so many: a changed volume is learnt in about two months. */
const SETTLED_WEEKS = 8;
/** A bucket that has learnt from fewer weeks promises nothing. */
export const LEARNT_WEEKS = 3;
/** How many hours the dispersion and the share of quarantine remember. */
const MEMORY_HOURS = 4 * WEEK_HOURS;
/** A newsletter or an import must not raise what its hour promises from then on: more than this is not learnt at once. */
const BURST_FACTOR = 5;
const BURST_LEAST = 10;

/** The hour that a time lies in. */
export function hourOf(time: Date): number {
  return Math.floor(time.getTime() / HOUR_MS);
}

export function startOfHour(hour: number): Date {
  return new Date(hour * HOUR_MS);
}

export function bucketOf(hour: number): number {
  return (((hour + HOURS_FROM_MONDAY) % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS;
}

/** The profile of an endpoint that is to be watched from the hour after `lastHour`. */
export function newProfile(lastHour: number): VolumeProfile {
  return {
    format: 1,
    lastHour,
    means: new Array<number>(WEEK_HOURS).fill(0),
    weeks: new Array<number>(WEEK_HOURS).fill(0),
    deviation: { squares: 0, expected: 0 },
    older: { count: 0, quarantined: 0 },
    recentCounts: [],
    recentQuarantined: [],
    silence: {},
    rise: {},
  };
}

/**
 * The profile after the next hour. While the endpoint is silent, hours without mail teach nothing: a
 * silence never becomes what is usual.
 */
export function learnHour(profile: VolumeProfile, volume: HourVolume): VolumeProfile {
  const shifted = passed(profile, volume.count, volume.quarantined);
  return profile.silence.since !== undefined && volume.count === 0 ? shifted : learnCount(shifted, volume.count);
}

/** The profile after `hours` hours in which nobody counted: they neither teach nor count as silence. */
export function skipHours(profile: VolumeProfile, hours: number): VolumeProfile {
  let skipped = profile;
  for (let i = 0; i < Math.min(hours, RECENT_HOURS); i++) skipped = passed(skipped, null, null);
  return { ...skipped, lastHour: profile.lastHour + hours };
}

/** The profile with nothing but what it has learnt, to go on after `lastHour`: for a clock that was set back. */
export function withoutRecent(profile: VolumeProfile, lastHour: number): VolumeProfile {
  return { ...profile, lastHour, recentCounts: [], recentQuarantined: [] };
}

function passed(profile: VolumeProfile, count: number | null, quarantined: number | null): VolumeProfile {
  const { recentCounts, recentQuarantined, older } = profile;
  const isFull = recentQuarantined.length >= SHARE_HOURS;
  const leaving = { count: recentCounts[SHARE_HOURS - 1], quarantined: recentQuarantined[SHARE_HOURS - 1] };
  const keep = 1 - 1 / MEMORY_HOURS;
  return {
    ...profile,
    lastHour: profile.lastHour + 1,
    recentCounts: [count, ...recentCounts.slice(0, RECENT_HOURS - 1)],
    recentQuarantined: [quarantined, ...recentQuarantined.slice(0, SHARE_HOURS - 1)],
    older: isFull
      ? {
          count: rounded(older.count * keep + (leaving.count ?? 0)),
          quarantined: rounded(older.quarantined * keep + (leaving.quarantined ?? 0)),
        }
      : older,
  };
}

function learnCount(profile: VolumeProfile, count: number): VolumeProfile {
  const bucket = bucketOf(profile.lastHour);
  const mean = profile.means[bucket] ?? 0;
  const weeks = profile.weeks[bucket] ?? 0;
  const around = [-1, 0, 1].map((shift) => profile.means[bucketOf(profile.lastHour + shift)] ?? 0);
  const learnt = weeks === 0 ? count : Math.min(count, Math.max(BURST_LEAST, BURST_FACTOR * Math.max(...around)));
  const weight = 1 / Math.min(weeks + 1, SETTLED_WEEKS);
  return {
    ...profile,
    means: profile.means.with(bucket, rounded(mean + weight * (learnt - mean))),
    weeks: profile.weeks.with(bucket, Math.min(weeks + 1, SETTLED_WEEKS)),
    deviation: weeks < LEARNT_WEEKS ? profile.deviation : deviated(profile.deviation, mean, learnt),
  };
}

function deviated({ squares, expected }: VolumeProfile['deviation'], mean: number, count: number) {
  const keep = 1 - 1 / MEMORY_HOURS;
  return { squares: rounded(squares * keep + (count - mean) ** 2), expected: rounded(expected * keep + mean) };
}

/** Three digits behind the point are plenty, and keep the item small. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
