import type { Command, Invocation } from '../command.ts';
import { type ExitCode, PLUGIN_EXIT } from '../exit-codes.ts';
import { UsageError } from '../failures.ts';
import { JOB_FILTER_HELP, JOB_FILTER_OPTIONS, jobQuery } from '../job-filters.ts';
import { numberOf } from '../json-value.ts';
import { pagesOf } from '../pages.ts';
import { printableLine } from '../printable.ts';
import { comparisonOf, isReached, rangeOf, thresholdOf } from '../thresholds.ts';

/** Monitoring systems give up after a minute; a single answer must come well before. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Counts jobs for Nagios, Icinga and the like: one line with performance data, and an exit code from 0 to 3. */
export const check: Command = {
  name: 'check',
  usage: '[FILTER]... [--warning N] [--critical N] [--compare HOW]',
  summary: 'counts jobs, or missing mail, for Nagios or Icinga',
  details: [
    ...JOB_FILTER_HELP,
    '--missing         counts messages of live mailboxes that the archive does not have, with --profile of that one',
    '--warning N       a warning where the number compares so with N',
    '--critical N      critical where it compares so with N',
    '--compare HOW     lt, le, gt (default), ge, eq or ne: le is "N jobs or fewer"',
    'A run over several mailboxes is one job, however many mailboxes it has.',
    'Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also where the system gives no answer.',
  ],
  options: {
    ...JOB_FILTER_OPTIONS,
    missing: { type: 'boolean' },
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
  const { count, what, name } = options.flag('missing') ? await missing(invocation) : await jobs(invocation);
  const state = isReached(comparison, count, critical)
    ? 'critical'
    : isReached(comparison, count, warning)
      ? 'warning'
      : 'ok';
  const performance = `${name}=${count};${rangeOf(comparison, warning)};${rangeOf(comparison, critical)};0`;
  // What stands behind a bar is performance data: none may come in by a filter.
  const text = printableLine(`${count} ${what}`).replaceAll('|', '/');
  await terminal.line(`LETTERLOCK ${state.toUpperCase()} - ${text} | ${performance}`);
  return PLUGIN_EXIT[state];
}

/** What is counted: how much there is of it, what it is called, and its name as performance data. */
interface Counted {
  readonly count: number;
  readonly what: string;
  readonly name: string;
}

async function jobs(invocation: Invocation): Promise<Counted> {
  const { options } = invocation;
  // A job that has others fetch a mailbox each counts once.
  const query = { ...jobQuery(options, new Date()), partOf: 'none' };
  const api = await invocation.api({ timeoutMs: ANSWER_TIMEOUT_MS });
  let count = 0;
  for await (const { items } of pagesOf(api, '/jobs', query, Number.POSITIVE_INFINITY)) count += items.length;
  const what = textOfFilters(options.text('status'), options.text('since'), options.text('profile'));
  return { count, what, name: 'jobs' };
}

async function missing(invocation: Invocation): Promise<Counted> {
  const { options } = invocation;
  if (['since', 'from', 'to', 'status'].some((name) => options.text(name) !== undefined)) {
    throw new UsageError('--missing is as of the last runs: of the filters it takes --profile alone');
  }
  const profile = options.text('profile');
  const api = await invocation.api({ timeoutMs: ANSWER_TIMEOUT_MS });
  let count = 0;
  for await (const { items } of pagesOf(api, '/completeness', {}, Number.POSITIVE_INFINITY)) {
    for (const state of items)
      if (profile === undefined || state.profileId === profile) count += numberOf(state.missing);
  }
  return { count, what: `missing messages${profile === undefined ? '' : ` of ${profile}`}`, name: 'missing' };
}

function textOfFilters(status: string | undefined, since: string | undefined, profile: string | undefined): string {
  const which =
    status === undefined ? 'jobs' : status.startsWith('!') ? `jobs not ${status.slice(1)}` : `jobs ${status}`;
  return which + (profile === undefined ? '' : ` of ${profile}`) + (since === undefined ? '' : ` in ${since}`);
}
