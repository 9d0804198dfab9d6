import type { ParseArgsOptionsConfig } from 'node:util';
import type { Options } from './command.ts';
import { durationMs } from './durations.ts';
import { UsageError } from './failures.ts';

/** What chooses jobs, in every command that does. */
export const JOB_FILTER_OPTIONS: ParseArgsOptionsConfig = {
  since: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  status: { type: 'string' },
  profile: { type: 'string' },
};

export const JOB_FILTER_HELP: readonly string[] = [
  '--since TIME      begun in the last 90m, 12h, 1d, 2w, …',
  '--from, --to      begun within, as times or dates; to is exclusive',
  '--status STATUS   queued, running, finished, succeeded, completedWithErrors, failed, cancelled or disconnected;',
  '                  behind an exclamation mark, all others',
  '--profile ID      runs of this profile',
];

/** The query of `GET /jobs`. Throws `UsageError`. */
export function jobQuery(options: Options, now: Date): Readonly<Record<string, string>> {
  const since = options.text('since');
  if (since !== undefined && options.text('from') !== undefined)
    throw new UsageError('give --since or --from, not both');
  const from =
    since === undefined ? options.text('from') : new Date(now.getTime() - durationMs('since', since)).toISOString();
  const given = { from, to: options.text('to'), status: options.text('status'), profile: options.text('profile') };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
