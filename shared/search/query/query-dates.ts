/** A period of whole days in UTC, in milliseconds since 1970: `from` inclusive, `to` exclusive. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
/** Years have four digits, of which the first is 1 or 2, so that each period can be written as a query. */
const FIRST_YEAR = 1000;
const LAST_YEAR = 2999;
const ISO = /^([12]\d{3})(?:([-/])(\d{1,2})(?:\2(\d{1,2}))?)?$/;
const GERMAN = /^(?:(\d{1,2})\.)?(\d{1,2})\.([12]\d{3})$/;
const AGO = /^(\d{1,4})([dwmy])$/i;

/**
 * The period that a date names: `2024`, `2024-03`, `2024-03-05` (also with slashes), `5.3.2024`, `3.2024`; one day for
 * `today`, `yesterday`, and `7d`, `2w`, `3m`, `1y` (the day so long ago); `this-week` (from Monday) and the like.
 * `undefined` for what is no date or does not exist.
 */
export function periodOf(text: string, now: Date): Period | undefined {
  const name = text.trim().toLowerCase();
  const iso = ISO.exec(name);
  if (iso !== null) return calendarPeriod(iso[1], iso[3], iso[4]);
  const german = GERMAN.exec(name);
  if (german !== null) return calendarPeriod(german[3], german[2], german[1]);
  const ago = AGO.exec(name);
  if (ago !== null) return agoPeriod(Number(ago[1]), ago[2] ?? 'd', now);
  return namedPeriod(name.replaceAll(/[-_ ]/g, ''), now);
}

/** The period of `FIRST..LAST`, both included, in either order; of `FIRST..` and `..LAST`, which have no end on one side. */
export function rangeOf(text: string, now: Date): Partial<Period> | undefined {
  const [first, last, ...more] = text.split('..');
  if (first === undefined || last === undefined || more.length > 0) return undefined;
  const one = periodOf(first, now);
  const other = periodOf(last, now);
  if (one !== undefined && other !== undefined) {
    return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
  }
  if (one !== undefined && last.trim() === '') return { from: one.from };
  const isUpTo = other !== undefined && first.trim() === '' && new Date(other.to).getUTCFullYear() <= LAST_YEAR;
  return isUpTo ? { to: other.to } : undefined;
}

function calendarPeriod(year: string | undefined, month: string | undefined, day: string | undefined) {
  const y = Number(year);
  if (month === undefined) return { from: Date.UTC(y, 0), to: Date.UTC(y + 1, 0) };
  const m = Number(month) - 1;
  if (m < 0 || m > 11) return undefined;
  if (day === undefined) return { from: Date.UTC(y, m), to: Date.UTC(y, m + 1) };
  const d = Number(day);
  return d < 1 || d > daysIn(y, m) ? undefined : dayFrom(Date.UTC(y, m, d));
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function dayFrom(from: number): Period {
  return { from, to: from + DAY_MS };
}

/** Months and years ago: the same day of the month, or its last where it is shorter. */
function agoPeriod(count: number, unit: string, now: Date): Period | undefined {
  const today = startOfDay(now);
  if (unit === 'd') return plausible(today - count * DAY_MS);
  if (unit === 'w') return plausible(today - count * 7 * DAY_MS);
  const months = now.getUTCFullYear() * 12 + now.getUTCMonth() - (unit === 'y' ? count * 12 : count);
  const year = Math.floor(months / 12);
  if (year < FIRST_YEAR) return undefined;
  const month = months - year * 12;
  return plausible(Date.UTC(year, month, Math.min(now.getUTCDate(), daysIn(year, month))));
}

function plausible(from: number): Period | undefined {
  const year = new Date(from).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? dayFrom(from) : undefined;
}

function startOfDay(now: Date): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
}

function namedPeriod(name: string, now: Date): Period | undefined {
  const today = startOfDay(now);
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth();
  // Weeks begin on Monday (ISO 8601).
  const monday = today - ((now.getUTCDay() + 6) % 7) * DAY_MS;
  switch (name) {
    case 'today':
      return dayFrom(today);
    case 'yesterday':
      return dayFrom(today - DAY_MS);
    case 'thisweek':
      return { from: monday, to: monday + 7 * DAY_MS };
    case 'lastweek':
      return { from: monday - 7 * DAY_MS, to: monday };
    case 'thismonth':
      return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
    case 'lastmonth':
      return { from: Date.UTC(year, month - 1), to: Date.UTC(year, month) };
    case 'thisyear':
      return { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) };
    case 'lastyear':
      return { from: Date.UTC(year - 1, 0), to: Date.UTC(year, 0) };
    default:
      return undefined;
  }
}
