import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import { LIST_OPTIONS, limitOf } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandFailedError, UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { followJob } from '../job-progress.ts';
import { type JsonRecord, numberOf, recordOf, recordsOf, textOf } from '../json-value.ts';
import { pagesOf } from '../pages.ts';
import { printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';
import { tableLines } from '../table.ts';

const LOOK_MS = 500;
const KINDS = ['missing', 'gone', 'absent'];
/** Messages that are shown where nobody asks for more. */
const SHOWN = 50;

const WARNINGS: ReadonlyMap<string, string> = new Map([
  ['never_synchronised', 'the mailbox was never synchronised: nothing is known of what it has live'],
  ['last_run_had_errors', 'the last synchronisation could not see everything'],
  ['period_after_comparison', 'what came after the last synchronisation is not compared'],
  [
    'ambiguous_matches',
    'some live messages may be one of several in the archive: they are neither archived nor missing',
  ],
]);

/** Says what the archive lacks of a live mailbox, and the other way round. */
export const completeness: Command = {
  name: 'completeness',
  usage: '--mailbox MAILBOX [--from TIME] [--to TIME] [--kind KIND] [--csv] [--archive-missing] [--limit N | --all]',
  summary: 'what the archive lacks of a live mailbox',
  details: [
    '--mailbox MAILBOX   id, address or name',
    '--from, --to        received within, as times or dates; to is exclusive',
    '--kind KIND         missing: in the live mailbox alone; gone: no longer there either;',
    '                    absent: journaled, and no longer in the live mailbox',
    '--csv               all messages of the report, for a spreadsheet',
    '--archive-missing   has the mailbox synchronised first, and what is missing archived',
    '--limit N, --all    how many messages to show (default 50)',
  ],
  options: {
    ...LIST_OPTIONS,
    mailbox: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    kind: { type: 'string' },
    csv: { type: 'boolean' },
    'archive-missing': { type: 'boolean' },
  },
  words: { least: 0, most: 0 },
  run,
};

async function run(invocation: Invocation): Promise<void> {
  const { options } = invocation;
  const wanted = options.text('mailbox');
  if (wanted === undefined) throw new UsageError('give --mailbox');
  const kind = options.text('kind');
  if (kind !== undefined && !KINDS.includes(kind)) throw new UsageError(`--kind takes ${KINDS.join(', ')}`);
  const api = await invocation.api();
  const mailboxId = await findMailbox(api, wanted);
  if (options.flag('archive-missing')) await archiveMissing(invocation, api, mailboxId);
  const base = `/mailboxes/${encodeURIComponent(mailboxId)}/completeness-reports`;
  const body = { from: options.text('from'), to: options.text('to') };
  const { jobId } = recordOf(await api.json('POST', base, body));
  const path = `${base}/${encodeURIComponent(textOf(jobId))}`;
  const report = await finished(api, path);
  if (options.flag('csv')) return await writeCsv(invocation, api, path, kind);
  await writeReport(invocation, api, { path, report, kind });
}

/** Runs the profiles that synchronise the mailbox, and has them archive what they find missing. */
async function archiveMissing(invocation: Invocation, api: ApiClient, mailboxId: string): Promise<void> {
  const synchronised = new Set<string>();
  for await (const { items } of pagesOf(api, '/completeness', {}, Number.POSITIVE_INFINITY)) {
    for (const state of items) if (state.mailboxId === mailboxId) synchronised.add(textOf(state.profileId));
  }
  const wanted: { readonly profileId: string; readonly only: JsonRecord }[] = [];
  for await (const { items } of pagesOf(api, '/profiles', {}, Number.POSITIVE_INFINITY)) {
    for (const { kind, target, profileId } of items) {
      const id = textOf(profileId);
      const into = recordOf(target).mailboxId;
      if (kind === 'folder-sync' && into === mailboxId) wanted.push({ profileId: id, only: {} });
      // Each of several mailboxes goes into one of its own: which, the last runs tell.
      if (kind === 'folder-sync' && into === undefined && synchronised.has(id)) {
        wanted.push({ profileId: id, only: { mailboxId } });
      }
    }
  }
  if (wanted.length === 0) throw new CommandFailedError('no profile has synchronised this mailbox', 'not_found');
  for (const { profileId, only } of wanted) {
    const job = recordOf(await api.json('POST', `/profiles/${profileId}/jobs`, { archiveMissing: true, ...only }));
    const { outcome, counts } = await followJob(invocation, api, textOf(job.jobId));
    invocation.terminal.note(
      printableLine(`${textOf(job.jobId)}: ${textOf(outcome)}, archived ${numberOf(recordOf(counts).archived)}`),
    );
  }
}

async function finished(api: ApiClient, path: string): Promise<JsonRecord> {
  for (;;) {
    const report = recordOf(await api.json('GET', path));
    if (report.totals !== undefined) return report;
    if (report.state === 'finished') {
      throw new CommandFailedError(`the report ended as ${textOf(report.outcome)}`, 'report_failed');
    }
    await pause(LOOK_MS);
  }
}

async function writeReport(
  invocation: Invocation,
  api: ApiClient,
  { path, report, kind }: { readonly path: string; readonly report: JsonRecord; readonly kind: string | undefined },
): Promise<void> {
  const limit = limitOf(invocation.options, SHOWN);
  const rows: JsonRecord[] = [];
  const query = kind === undefined ? {} : { kind };
  for await (const { items } of pagesOf(api, `${path}/messages`, query, limit)) rows.push(...items);
  const counts = (of: JsonRecord) =>
    ['live', 'archived', 'missing', 'gone', 'journaled', 'absent'].map((name) => textOf(of[name]));
  const columns = ['', 'LIVE', 'ARCHIVED', 'MISSING', 'GONE', 'JOURNALED', 'ABSENT'].map((title) => {
    return title === '' ? { title: 'MONTH' } : { title, align: 'right' as const };
  });
  const months = recordsOf(report.months).map((month) => [textOf(month.month), ...counts(month)]);
  const messages = rows.map((row) => [
    textOf(row.kind),
    minuteUtc(textOf(row.receivedAt)),
    textOf(recordOf(row.from).address),
    textOf(row.subject),
    Array.isArray(row.folders) ? row.folders.map(textOf).join(', ') : '',
  ]);
  const { columns: width } = invocation.terminal;
  const titles = ['KIND', 'RECEIVED (UTC)', 'FROM', 'SUBJECT', 'FOLDERS'];
  const shrinking = titles.map((title, index) => (index < 2 ? { title } : { title, shrinksTo: 12 }));
  const { warnings } = report;
  await writeResult(invocation, { ...report, messages: rows }, [
    ...tableLines(columns, [...months, ['all', ...counts(recordOf(report.totals))]], width),
    ...(report.asOf === undefined ? [] : [`as of ${minuteUtc(textOf(report.asOf))} UTC`]),
    ...(Array.isArray(warnings)
      ? warnings.map((code) => printableLine(`warning: ${WARNINGS.get(textOf(code)) ?? textOf(code)}`))
      : []),
    ...(messages.length > 0 ? ['', ...tableLines(shrinking, messages, width)] : []),
  ]);
}

/** The file as the API gives it, part by part; the title line once. */
async function writeCsv(
  { terminal }: Invocation,
  api: ApiClient,
  path: string,
  kind: string | undefined,
): Promise<void> {
  let cursor = '';
  for (let isFirst = true; isFirst || cursor !== ''; isFirst = false) {
    const parameters = new URLSearchParams({ format: 'csv', ...(kind !== undefined && { kind }) });
    if (cursor !== '') parameters.set('cursor', cursor);
    const part = await api.text(`${path}/messages?${parameters}`);
    const text = isFirst ? part.text : part.text.slice(part.text.indexOf('\r\n') + 2);
    cursor = part.cursor;
    if (text !== '') await terminal.bytes(Buffer.from(text));
  }
}
