import { UsageError } from './failures.ts';
import { recordOf } from './json-value.ts';

const UNITS: { readonly [letter: string]: string } = { d: 'days', m: 'months', y: 'years' };

/**
 * A keep time as the API takes it, of `30d`, `6m`, `10y`, or `10y-end` (to the end of the calendar year). Throws
 * `UsageError`.
 */
export function keepTimeOf(option: string, text: string): object {
  const [, count = '', letter = '', end] = /^(\d{1,6})([dmy])(-end)?$/.exec(text) ?? [];
  const unit = UNITS[letter];
  if (unit === undefined)
    throw new UsageError(`--${option} must be a time such as 30d, 6m, 10y or 10y-end, not ${text}`);
  return { [unit]: Number(count), ...(end ? { endOfCalendarYear: true } : {}) };
}

/** As people write it: `10 years, to the end of the year`; empty where there is none. */
export function keepTimeText(time: unknown): string {
  const { endOfCalendarYear, ...lengths } = recordOf(time);
  const [length] = Object.entries(lengths);
  if (!length) return '';
  const [unit, count] = length;
  const words = `${Number(count)} ${Number(count) === 1 ? unit.slice(0, -1) : unit}`;
  return endOfCalendarYear === true ? `${words}, to the end of the year` : words;
}
