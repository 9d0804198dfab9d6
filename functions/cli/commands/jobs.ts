import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { JOB_FILTER_HELP, JOB_FILTER_OPTIONS, jobQuery } from '../job-filters.ts';
import { exitCodeOf, FOLLOW_HELP, foldersText, followJob, progressLine } from '../job-progress.ts';
import { numberOf, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { pagesOf } from '../pages.ts';
import { printableLine } from '../printable.ts';
import { secondUtc, sizeText } from '../quantities.ts';
import { writeResult } from '../result.ts';

const OUTCOMES = ['archived', 'rendition', 'duplicate', 'quarantined', 'excluded'];
/** A log is told from its end; what came before, `--json` and the API have. */
const LOG_LINES = 200;

/** Runs of profiles and of maintenance: lists them, newest first, shows and cancels one. */
export const jobs: Command = {
  name: 'jobs',
  usage: '[list | show ID [--follow] | cancel ID] [FILTER]... [--limit N | --all]',
  summary: 'runs of fetching and maintenance: list, show, cancel',
  details: [
    ...JOB_FILTER_HELP,
    '--part-of ID      what a run over several mailboxes started, a job each; none: what no other job started',
    '--limit N, --all  how many to list (default 50)',
    ...FOLLOW_HELP,
    'A cancelled job ends within seconds and keeps what it has done. Runs of profiles, retention, requests, previews and locks',
    'can be; other maintenance cannot.',
  ],
  options: { ...LIST_OPTIONS, ...JOB_FILTER_OPTIONS, 'part-of': { type: 'string' }, follow: { type: 'boolean' } },
  words: { least: 0, most: 2 },
  run: (invocation) =>
    runAction(
      jobs,
      {
        list: { words: 0, run: list },
        show: { words: 1, run: (of, jobId = '') => showJob(of, jobId) },
        cancel: { words: 1, run: cancel },
      },
      invocation,
    ),
};

async function list(invocation: Invocation): Promise<void> {
  const partOf = invocation.options.text('part-of');
  await writeListing(invocation, {
    path: '/jobs',
    query: {
      ...jobQuery(invocation.options, new Date()),
      ...(partOf === undefined ? {} : { partOf }),
    },
    columns: [
      { title: 'ID' },
      { title: 'KIND' },
      { title: 'PROFILE' },
      { title: 'STARTED' },
      { title: 'STATE' },
      { title: 'FOLDERS', align: 'right' },
      { title: 'SEEN', align: 'right' },
      { title: 'ARCHIVED', align: 'right' },
      { title: 'QUARANTINED', align: 'right' },
    ],
    row: (job) => {
      const counts = recordOf(job.counts);
      return [
        textOf(job.jobId),
        textOf(job.kind),
        textOf(job.profileId),
        secondUtc(textOf(job.startedAt)),
        textOf(job.outcome) || textOf(job.state),
        foldersText(job),
        textOf(counts.seen),
        textOf(counts.archived),
        textOf(counts.quarantined),
      ];
    },
    empty: 'no jobs',
  });
}

/** Shows a job and its log; with `--follow` once it has ended. Answers how to end then. */
export async function showJob(invocation: Invocation, jobId: string): Promise<ExitCode | undefined> {
  const api = await invocation.api();
  const path = `/jobs/${encodeURIComponent(jobId)}`;
  const follows = invocation.options.flag('follow');
  const job = follows ? await followJob(invocation, api, jobId) : recordOf(await api.json('GET', path));
  const lines: { readonly at: string; readonly message: string }[] = [];
  for await (const { items } of pagesOf(api, `${path}/log`, {}, Number.POSITIVE_INFINITY)) {
    for (const line of items) lines.push({ at: textOf(line.at), message: textOf(line.message) });
  }
  const counts = recordOf(job.counts);
  const profile = textOf(job.profileId);
  const ended = textOf(job.endedAt);
  const progress = progressLine(job);
  await writeResult(invocation, { ...job, log: lines }, [
    printableLine(`${textOf(job.jobId)}: ${textOf(job.kind)}${profile && ` of profile ${profile}`}`),
    printableLine(`${textOf(job.outcome) || textOf(job.state)}; begun ${secondUtc(textOf(job.startedAt))}`),
    ...(ended ? [printableLine(`ended ${secondUtc(ended)}`)] : []),
    ...(progress === undefined ? [] : [progress]),
    `seen ${numberOf(counts.seen)} (${sizeText(numberOf(counts.bytes))}): ${OUTCOMES.map((name) => `${name} ${numberOf(counts[name])}`).join(', ')}`,
    ...Object.entries(recordOf(job.details)).map(([name, value]) => printableLine(`${name}: ${textOf(value)}`)),
    ...(lines.length > LOG_LINES ? [`(${lines.length - LOG_LINES} lines before these)`] : []),
    ...lines.slice(-LOG_LINES).map(({ at, message }) => printableLine(`${secondUtc(at)}  ${message}`)),
  ]);
  return follows ? exitCodeOf(job) : undefined;
}

async function cancel(invocation: Invocation, jobId = ''): Promise<void> {
  const answer = await (await invocation.api()).json('POST', `/jobs/${encodeURIComponent(jobId)}/cancel`);
  await writeResult(invocation, answer, [printableLine(`${jobId} is asked to end`)]);
}
