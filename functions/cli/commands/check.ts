import type { Command, Invocation } from '../command.ts';
import { type ExitCode, PLUGIN_EXIT } from '../exit-codes.ts';
import { UsageError } from '../failures.ts';
import { JOB_FILTER_HELP, JOB_FILTER_OPTIONS, jobQuery } from '../job-filters.ts';
import { pagesOf } from '../pages.ts';
import { printableLine } from '../printable.ts';
import { comparisonOf, isReached, rangeOf, thresholdOf } from '../thresholds.ts';

/** Monitoring systems give up after a minute; a single answer must come well before. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Counts jobs for Nagios, Icinga and the like: one line with performance data, and an exit code from 0 to 3. */
export const check: Command = {
  name: 'check',
  usage: '[FILTER]... [--warning N] [--critical N] [--compare HOW]',
  summary: 'counts jobs for Nagios or Icinga',
  details: [
    ...JOB_FILTER_HELP,
    '--warning N       a warning where the number of jobs compares so with N',
    '--critical N      critical where it compares so with N',
    '--compare HOW     lt, le, gt (default), ge, eq or ne: le is "N jobs or fewer"',
    'Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also where the system gives no answer.',
  ],
  options: {
    ...JOB_FILTER_OPTIONS,
    warning: { type: 'string' },
    critical: { type: 'string' },
    compare: { type: 'string' },
  },
  words: { least: 0, most: 0 },
  isPlugin: true,
  run,
};

async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, terminal } = invocation;
  const comparison = comparisonOf(options.text('compare') ?? 'gt');
  const [warning, critical] = [
    thresholdOf('warning', options.text('warning')),
    thresholdOf('critical', options.text('critical')),
  ];
  if (warning === undefined && critical === undefined) throw new UsageError('give --warning, --critical or both');
  const query = jobQuery(options, new Date());
  const api = await invocation.api({ timeoutMs: ANSWER_TIMEOUT_MS });
  let count = 0;
  for await (const { items } of pagesOf(api, '/jobs', query, Number.POSITIVE_INFINITY)) count += items.length;
  const state = isReached(comparison, count, critical)
    ? 'critical'
    : isReached(comparison, count, warning)
      ? 'warning'
      : 'ok';
  const performance = `jobs=${count};${rangeOf(comparison, warning)};${rangeOf(comparison, critical)};0`;
  // What stands behind a bar is performance data: none may come in by a filter.
  const what = `${count} ${textOfFilters(options.text('status'), options.text('since'), options.text('profile'))}`;
  await terminal.line(
    `LETTERLOCK ${state.toUpperCase()} - ${printableLine(what).replaceAll('|', '/')} | ${performance}`,
  );
  return PLUGIN_EXIT[state];
}

function textOfFilters(status: string | undefined, since: string | undefined, profile: string | undefined): string {
  const which =
    status === undefined ? 'jobs' : status.startsWith('!') ? `jobs not ${status.slice(1)}` : `jobs ${status}`;
  return which + (profile === undefined ? '' : ` of ${profile}`) + (since === undefined ? '' : ` in ${since}`);
}
