import {
  addCounts,
  type CompletenessCounts,
  type CompletenessKind,
  type CompletenessReport,
  type CompletenessRow,
  type CompletenessWarning,
  NO_COMPLETENESS,
  type SyncState,
} from '../../domain/completeness.ts';
import type { Job } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import { missingPartition } from '../folder-sync/sync-keys.ts';
import type { ListedMissing } from '../folder-sync/sync-memory.ts';
import { syncStatesOf } from '../folder-sync/sync-states.ts';
import { typed } from '../item-data.ts';
import { checkpointOf, startJob } from '../jobs/jobs.ts';
import { compareFilings, type FilingsPosition } from './compare-filings.ts';
import { keepPart, keepReport, type PartCounts } from './report-objects.ts';

type ReportPorts = Pick<Ports, 'tables' | 'derived' | 'clock'>;

/** What a report is asked about; ISO 8601, UTC. `from` inclusive, `to` exclusive, by time of receipt. */
export interface ReportQuestion {
  readonly mailboxId: string;
  readonly from: string;
  readonly to: string;
}

/** Where a report goes on. */
export interface ReportCheckpoint extends ReportQuestion {
  /** Absent until the first slice began. */
  readonly states?: readonly SyncState[];
  /** Behind the missing mail that was gone over; absent before it, and `done` behind it. */
  readonly missing?: { readonly cursor?: string } | 'done';
  readonly filings?: FilingsPosition;
  readonly parts: PartCounts;
  /** By month, `2026-01`. */
  readonly months: { readonly [month: string]: CompletenessCounts };
}

const NO_PARTS: PartCounts = { missing: 0, gone: 0, absent: 0 };
const PAGE = 500;

/** Starts a report as a job; what it finds is kept for as long as copies below `exports/` are. */
export async function startReport(
  ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>,
  question: ReportQuestion,
): Promise<Job> {
  const checkpoint: ReportCheckpoint = { ...question, parts: NO_PARTS, months: {} };
  return await startJob(ports, 'completeness', { mailboxId: question.mailboxId, checkpoint });
}

/** What a report that was started is about. */
export async function questionOf(ports: Pick<Ports, 'tables'>, jobId: string): Promise<ReportQuestion | undefined> {
  return await checkpointOf<ReportCheckpoint>(ports, jobId);
}

/**
 * Goes on with a report for as long as `mayGoOn` answers true; without `rest` it is whole, and kept. First what folder
 * synchronisation found missing, then the mailbox, folder by folder. Safe to repeat from the same checkpoint.
 */
export async function makeReport(
  ports: ReportPorts,
  jobId: string,
  mayGoOn: () => boolean,
): Promise<{ readonly counts: CompletenessCounts; readonly rest?: ReportCheckpoint }> {
  let at = await checkpointOf<ReportCheckpoint>(ports, jobId);
  // Nobody waits for a job whose question is gone.
  if (!at) return { counts: NO_COMPLETENESS };
  // The runs that the report is of are those of its beginning.
  const states = at.states ?? (await syncStatesOf(ports, at.mailboxId));
  at = { ...at, states };
  while (at.missing !== 'done' || at.filings !== 'done') {
    if (!mayGoOn()) return { counts: totalOf(at), rest: at };
    at =
      at.missing === 'done' ? await filingsPage(ports, jobId, at, states) : await missingPage(ports, jobId, at, states);
  }
  const report = reportOf(at, states, ports.clock.now());
  await keepReport(ports, jobId, { format: 1, report, parts: at.parts });
  return { counts: report.totals };
}

async function missingPage(
  ports: ReportPorts,
  jobId: string,
  at: ReportCheckpoint,
  states: readonly SyncState[],
): Promise<ReportCheckpoint> {
  const cursor = at.missing === 'done' ? undefined : at.missing?.cursor;
  const page = await ports.tables.query('activity', missingPartition(at.mailboxId), {
    from: at.from,
    to: at.to,
    limit: PAGE,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const rows: CompletenessRow[] = [];
  for (const item of page.items) {
    const listed = typed<ListedMissing>(item).data;
    const isKnown = states.some((one) => one.profileId === listed.profileId && one.account === listed.account);
    if (isKnown && listed.receivedAt >= at.from && listed.receivedAt < at.to) rows.push(rowOf(listed));
  }
  const next = await keepRows(ports, jobId, at, rows);
  return { ...next, missing: page.cursor === undefined ? 'done' : { cursor: page.cursor } };
}

function rowOf({ profileId: _profile, messageIdHash: _id, ...listed }: ListedMissing): CompletenessRow {
  return { kind: listed.goneAt === undefined ? 'missing' : 'gone', ...listed };
}

async function filingsPage(
  ports: ReportPorts,
  jobId: string,
  at: ReportCheckpoint,
  states: readonly SyncState[],
): Promise<ReportCheckpoint> {
  const asOf = asOfOf(states);
  const found = await compareFilings(ports, { ...at, states, ...(asOf === undefined ? {} : { asOf }) }, at.filings);
  let months = at.months;
  for (const { receivedAt, counts } of found.compared) months = counted(months, receivedAt, counts);
  const next = await keepRows(ports, jobId, { ...at, months }, found.absent);
  return { ...next, filings: found.next };
}

/** With what is to be listed kept and counted. */
async function keepRows(
  ports: ReportPorts,
  jobId: string,
  at: ReportCheckpoint,
  rows: readonly CompletenessRow[],
): Promise<ReportCheckpoint> {
  let { months } = at;
  const parts: { [Kind in CompletenessKind]: number } = { ...at.parts };
  for (const [kind, some] of Map.groupBy(rows, (row) => row.kind)) {
    await keepPart(ports, jobId, { kind, part: parts[kind] }, some);
    parts[kind] += 1;
    for (const { receivedAt } of some) months = counted(months, receivedAt, { [kind]: 1 });
  }
  return { ...at, parts, months };
}

function counted(
  months: ReportCheckpoint['months'],
  receivedAt: string,
  counts: Partial<CompletenessCounts>,
): ReportCheckpoint['months'] {
  const month = receivedAt.slice(0, 7);
  return { ...months, [month]: addCounts(months[month] ?? NO_COMPLETENESS, counts) };
}

function totalOf({ months }: ReportCheckpoint): CompletenessCounts {
  return Object.values(months).reduce(addCounts, NO_COMPLETENESS);
}

/** When the oldest of the last comparisons began. */
function asOfOf(states: readonly SyncState[]): string | undefined {
  return states
    .flatMap(({ comparedAt }) => (comparedAt === undefined ? [] : [comparedAt]))
    .toSorted()
    .at(0);
}

function reportOf(at: ReportCheckpoint, states: readonly SyncState[], now: Date): CompletenessReport {
  const { mailboxId, from, to } = at;
  const asOf = asOfOf(states);
  const months = Object.entries(at.months).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    mailboxId,
    from,
    to,
    madeAt: now.toISOString(),
    ...(asOf === undefined ? {} : { asOf }),
    totals: totalOf(at),
    months: months.map(([month, counts]) => ({ month, ...counts })),
    warnings: warningsOf(states, { asOf, to }),
  };
}

function warningsOf(
  states: readonly SyncState[],
  { asOf, to }: { readonly asOf: string | undefined; readonly to: string },
): readonly CompletenessWarning[] {
  const warnings: CompletenessWarning[] = [];
  if (asOf === undefined) warnings.push('never_synchronised');
  if (states.some(({ last }) => last.outcome !== 'succeeded')) warnings.push('last_run_had_errors');
  if (asOf !== undefined && asOf < to) warnings.push('period_after_comparison');
  if (states.some(({ ambiguous }) => ambiguous > 0)) warnings.push('ambiguous_matches');
  return warnings;
}
