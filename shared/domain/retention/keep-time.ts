/**
 * How long something is kept: whole days, months or years of the calendar, in UTC. `endOfCalendarYear` rounds up to the
 * end of the year in which the last day lies.
 */
export type KeepTime = ({ readonly days: number } | { readonly months: number } | { readonly years: number }) & {
  readonly endOfCalendarYear?: true;
};

/** Nothing is kept longer by a policy: beyond lie mistakes, and dates that storage refuses. */
export const MAX_KEEP_YEARS = 100;

const MONTHS_A_YEAR = 12;
/** 100 years of the Gregorian calendar have at most 25 leap days. */
const MAX_KEEP_DAYS = MAX_KEEP_YEARS * 365 + 25;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What is wrong with a keep time, or `undefined`. */
export function keepTimeFault(time: KeepTime): string | undefined {
  const { months, days } = lengthOf(time);
  if (![months, days].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    return 'a keep time is a whole number of days, months or years, from 0';
  }
  return months > MAX_KEEP_YEARS * MONTHS_A_YEAR || days > MAX_KEEP_DAYS
    ? `a keep time has at most ${MAX_KEEP_YEARS} years`
    : undefined;
}

/** A keep time as its calendar months and days. */
export interface KeepLength {
  readonly months: number;
  readonly days: number;
  readonly endOfCalendarYear: boolean;
}

/** Prepares a keep time for `keptUntil`. */
export function lengthOf(time: KeepTime): KeepLength {
  const endOfCalendarYear = time.endOfCalendarYear === true;
  if ('days' in time) return { months: 0, days: time.days, endOfCalendarYear };
  if ('months' in time) return { months: time.months, days: 0, endOfCalendarYear };
  return { months: time.years * MONTHS_A_YEAR, days: 0, endOfCalendarYear };
}

/** A day of the calendar, UTC, with the instant that it was made of. */
export interface CalendarStart {
  /** Milliseconds since 1970. */
  readonly instantMs: number;
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** The calendar day of an instant, so that many keep times can be counted from it. */
export function calendarStartOf(instant: Date): CalendarStart {
  return {
    instantMs: instant.getTime(),
    year: instant.getUTCFullYear(),
    month: instant.getUTCMonth(),
    day: instant.getUTCDate(),
  };
}

/**
 * The first instant at which a keep time is over, in milliseconds since 1970: the end of its last day, UTC, so that neither time
 * zones nor daylight saving time matter. A time of 0 is over at once. Where the last month lacks the day (29 February, 31), the
 * first of the next month is the last day: in doubt, a day more.
 */
export function keptUntil(from: CalendarStart, { months, days, endOfCalendarYear }: KeepLength): number {
  if (months === 0 && days === 0 && !endOfCalendarYear) return from.instantMs;
  const whole = from.month + months;
  const year = from.year + Math.floor(whole / MONTHS_A_YEAR);
  const month = whole % MONTHS_A_YEAR;
  const isMissing = from.day > daysIn(year, month);
  if (endOfCalendarYear && days === 0) return yearStart(year + 1) * DAY_MS;
  const last = isMissing ? dayNumber(year, month + 1, 1) : dayNumber(year, month, from.day) + days;
  return (endOfCalendarYear ? yearStart(new Date(last * DAY_MS).getUTCFullYear() + 1) : last + 1) * DAY_MS;
}

function daysIn(year: number, month: number): number {
  return month === 1 ? (isLeap(year) ? 29 : 28) : (DAYS[month] ?? 31);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** Days of a common year before each month, and before the one that follows. */
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const;
/** From 1 January of year 1 to 1 January 1970. */
const DAYS_TO_1970 = 719_162;

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1970-01-01 to 1 January of a year of the Gregorian calendar. */
function yearStart(year: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return before * 365 + leapDays - DAYS_TO_1970;
}

/** Days since 1970-01-01; reckoned here, as decisions on millions of messages do little else. */
function dayNumber(year: number, month: number, day: number): number {
  const leapDay = month > 1 && isLeap(year) ? 1 : 0;
  return yearStart(year) + (DAYS_BEFORE[month] ?? 0) + leapDay + day - 1;
}
