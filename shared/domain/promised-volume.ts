import { bucketOf, DAY_HOURS, LEARNT_WEEKS, type VolumeProfile, WEEK_HOURS } from './endpoint-volume.ts';

/** One hour promises at most so many times what the average hour of the week does: a learnt newsletter may stop. */
const PEAK_FACTOR = 3;
/** Days are cut where least comes in so many hours: at night, wherever in the world the senders are. */
const NIGHT_HOURS = 8;

/** What each hour of the week (in UTC) promises. */
export interface WeekOfPromises {
  readonly usual: readonly number[];
  /** The same for a day that turns out to be a holiday, on which mail comes as on the quietest day; never more than usual. */
  readonly holiday: readonly number[];
  /** The hour in UTC at which the senders' days begin: a holiday lies within one of these. */
  readonly dayBegins: number;
}

/** What a profile promises; hours of the week that have not learnt enough promise nothing. */
export function promisesOf({ means, weeks }: VolumeProfile): WeekOfPromises {
  const most = (PEAK_FACTOR * sumOf(means)) / WEEK_HOURS;
  const usual = means.map((mean, bucket) => ((weeks[bucket] ?? 0) < LEARNT_WEEKS ? 0 : Math.min(mean, most)));
  const dayBegins = middleOfNight(usual);
  const fromThen = [...usual.slice(dayBegins), ...usual.slice(0, dayBegins)];
  const days = Array.from({ length: WEEK_HOURS / DAY_HOURS }, (_, day) =>
    fromThen.slice(day * DAY_HOURS, (day + 1) * DAY_HOURS),
  );
  const quietest = days.reduce((least, day) => (sumOf(day) < sumOf(least) ? day : least));
  const holiday = usual.map((value, bucket) =>
    Math.min(value, quietest[(bucket - dayBegins + DAY_HOURS) % DAY_HOURS] ?? 0),
  );
  return { usual, holiday, dayBegins };
}

function middleOfNight(usual: readonly number[]): number {
  const ofDay = new Array<number>(DAY_HOURS).fill(0);
  for (const [bucket, value] of usual.entries()) ofDay[bucket % DAY_HOURS] = (ofDay[bucket % DAY_HOURS] ?? 0) + value;
  const twice = [...ofDay, ...ofDay];
  const nights = ofDay.map((_, begin) => sumOf(twice.slice(begin, begin + NIGHT_HOURS)));
  return (nights.indexOf(Math.min(...nights)) + NIGHT_HOURS / 2) % DAY_HOURS;
}

/** Sums up what hours promise that are taken in one after the other. */
export class PromisedVolume {
  readonly #week: WeekOfPromises;
  #usual = 0;
  #day: number | undefined;
  /** What the day that is being added would lose by being a holiday, and the most that two days before would. */
  #loss = 0;
  #greatest = 0;
  #second = 0;

  constructor(week: WeekOfPromises) {
    this.#week = week;
  }

  /** Takes in an hour; those of one day come one after the other. */
  add(hour: number): void {
    const usual = this.#week.usual[bucketOf(hour)] ?? 0;
    const day = Math.floor((hour - this.#week.dayBegins) / DAY_HOURS);
    if (day !== this.#day) this.#closeDay(day);
    this.#loss += usual - (this.#week.holiday[bucketOf(hour)] ?? 0);
    this.#usual += usual;
  }

  get usual(): number {
    return this.#usual;
  }

  /** The same with those two days as holidays that promise most. */
  get withHolidays(): number {
    const losses = this.#greatest + this.#second + this.#loss - Math.min(this.#greatest, this.#second, this.#loss);
    return this.#usual - losses;
  }

  #closeDay(next: number): void {
    if (this.#loss > this.#greatest) [this.#greatest, this.#second] = [this.#loss, this.#greatest];
    else this.#second = Math.max(this.#second, this.#loss);
    this.#day = next;
    this.#loss = 0;
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
