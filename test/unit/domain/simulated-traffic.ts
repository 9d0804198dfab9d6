import { startOfHour } from '../../../shared/domain/endpoint-volume.ts';

/** An organisation's mail through an endpoint, as means per hour of its own clock. */
export interface Organisation {
  /** Hours of the standard time ahead of UTC. */
  readonly offset: number;
  /** When daylight saving time lasts; no hour of the organisation's day is the same in UTC all year. */
  readonly summer?: 'northern' | 'southern';
  /** Mean of an hour (0 to 23) on a working day. */
  readonly working: (hour: number) => number;
  /** … at weekends and on public holidays. */
  readonly free: (hour: number) => number;
  /** What comes on top, by the hour of the week (0 is Monday 00:00) and the date (`yyyy-mm-dd`). */
  readonly extra?: (hourOfWeek: number, date: string) => number;
}

/** In a week between the years the mail of a working day falls to this part. */
const HOLIDAY_WEEK_SHARE = 0.15;
const HOUR_MS = 3_600_000;

/** Easter with its two days, single days, and two in a row: of 2026, with the first of 2027. */
const PUBLIC_HOLIDAYS = new Set(
  '2026-01-01 2026-01-06 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25 2026-06-04 2026-09-22 2026-09-23 2026-10-03 2026-12-25 2026-12-26 2027-01-01 2027-01-06'.split(
    ' ',
  ),
);

/** Counts per hour, the same for the same seed. Days differ in how busy they are, and mail comes in clusters. */
export function createTraffic(organisation: Organisation, seed: number): (hour: number) => number {
  const random = mulberry32(seed);
  let day = '';
  let busy = 1;
  return (hour) => {
    const local = new Date(startOfHour(hour).getTime() + offsetOf(organisation, hour) * HOUR_MS);
    const date = local.toISOString().slice(0, 10);
    if (date !== day) busy = Math.exp(0.25 * normal(random));
    day = date;
    const clusters = poisson((busy * meanOf(organisation, local, date)) / 1.6, random);
    return clusters + binomial(clusters, 0.6, random);
  };
}

function meanOf({ working, free, extra }: Organisation, local: Date, date: string): number {
  const weekday = (local.getUTCDay() + 6) % 7;
  const hour = local.getUTCHours();
  const isFree = weekday >= 5 || PUBLIC_HOLIDAYS.has(date);
  const isSlack = date >= '2026-12-24' && date <= '2027-01-03';
  const onWorkingDay = isSlack ? Math.max(HOLIDAY_WEEK_SHARE * working(hour), free(hour)) : working(hour);
  const ordinary = isFree ? free(hour) : onWorkingDay;
  return ordinary + (extra?.(weekday * 24 + hour, date) ?? 0);
}

function offsetOf({ offset, summer }: Organisation, hour: number): number {
  const date = startOfHour(hour).toISOString().slice(0, 10);
  const isNorthernSummer = date >= '2026-03-29' && date < '2026-10-25';
  const isSouthernSummer = date < '2026-04-05' || date >= '2026-10-04';
  return offset + ((summer === 'northern' && isNorthernSummer) || (summer === 'southern' && isSouthernSummer) ? 1 : 0);
}

/** Uniform numbers from 0 to 1. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(mean: number, random: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = -1;
  for (let product = 1; product > Math.exp(-mean); product *= random()) count += 1;
  return Math.max(0, count);
}

export function binomial(total: number, share: number, random: () => number): number {
  if (total > 100)
    return Math.max(0, Math.round(total * share + Math.sqrt(total * share * (1 - share)) * normal(random)));
  let count = 0;
  for (let i = 0; i < total; i++) if (random() < share) count += 1;
  return count;
}
