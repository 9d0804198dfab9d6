import { isHoldJob, isProfileJob, isPurgingJob, type MaintenanceKind } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SearchWorkers } from '../../ports/search-workers.ts';
import { faultText } from '../audit/audit-findings.ts';
import { verifyTrail } from '../audit/verify-trail.ts';
import { makeReport } from '../completeness/make-report.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import { type RenameCheckpoint, renameFolder } from '../filings/rename-folder.ts';
import { checkpointOf, getJob, logJob } from '../jobs/jobs.ts';
import { runSlice, type Slice } from '../jobs/run-slice.ts';
import { EXTEND_ALL, type ExtendJobCheckpoint, runExtendJob } from '../locks/run-extend-job.ts';
import type { StorageLocks } from '../locks/storage-locks.ts';
import { AddressBook } from '../mailboxes/address-book.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';
import { exportMessages } from '../requests/export-messages.ts';
import { findMessages } from '../requests/find-messages.ts';
import { type LiftCheckpoint, liftRestrictions } from '../requests/lift-restrictions.ts';
import { messageJudge } from '../retention/judge-message.ts';
import { PolicyBook } from '../retention/policy-book.ts';
import { runPreview } from '../retention/preview-policies.ts';
import { runSearchJob } from '../search/find/search-job.ts';
import type { IndexContext } from '../search/index/index-context.ts';
import { reportLostManifests } from '../search/index/lost-manifests.ts';
import { reindex } from '../search/index/reindex.ts';
import type { ReindexCheckpoint } from '../search/index/reindex-checkpoint.ts';
import { startReindex } from '../search/index/start-reindex.ts';
import { type RebuildCheckpoint, rebuildTables } from './rebuild-tables.ts';
import { SWEEP_AFTER_MS, sweep } from './sweep.ts';

/** What jobs work with. */
export interface JobTools {
  readonly directory: FilingDirectory;
  /** Left out where nothing is indexed: then a reindex fails. */
  readonly index?: IndexContext;
  /** Left out where nobody searches: then a search fails. */
  readonly search?: SearchWorkers;
  /** Left out where the storage locks nothing for policies. */
  readonly locks?: StorageLocks;
}

/** A job that runs. */
interface Run {
  readonly ports: Ports;
  readonly tools: JobTools;
  readonly jobId: string;
  readonly mayGoOn: () => boolean;
}

/**
 * Runs a queued maintenance job, or takes up one that died: to its end, or for as long as `mayGoOn` answers true, and
 * then queues it again with a checkpoint. Each task is safe to repeat. One that failed ends as `failed`, with the
 * reason in its log.
 */
export async function runJob(
  ports: Ports,
  tools: JobTools,
  jobId: string,
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const { kind } = found.data;
  if (isProfileJob(kind) || isPurgingJob(kind) || isHoldJob(kind)) throw new TypeError(`${jobId} runs elsewhere`);
  await runSlice(ports, found, 'run-maintenance', () => TASKS[kind]({ ports, tools, jobId, mayGoOn }));
}

/** What a slice of each kind of job does. */
const TASKS: { readonly [Kind in MaintenanceKind]: (run: Run) => Promise<Slice> } = {
  verify: async ({ ports, jobId }) => ({ details: await verifyAuditTrail(ports, jobId) }),
  sweep: async ({ ports }) => {
    const lost = await reportLostManifests(ports);
    const counts = await sweep(ports, new Date(ports.clock.now().getTime() - SWEEP_AFTER_MS));
    return { details: { ...counts, lost } };
  },
  rebuild: async ({ ports, tools, jobId, mayGoOn }) => {
    const from = await checkpointOf<RebuildCheckpoint>(ports, jobId);
    const { counts, rest } = await rebuildTables(ports, tools.directory, { ...(from && { from }), mayGoOn });
    // What waited to be indexed, or to leave the index, was in the tables.
    if (!rest) await startReindex(ports);
    return { details: { ...counts }, ...(rest && { rest }) };
  },
  reindex: async ({ ports, tools: { index }, jobId, mayGoOn }) => {
    if (!index) throw new TypeError('nothing is indexed here');
    const from = (await checkpointOf<ReindexCheckpoint>(ports, jobId)) ?? NOTHING_INDEXED;
    const { counts, rest } = await reindex(index, from, mayGoOn);
    return { details: { ...counts }, ...(rest && { rest }) };
  },
  completeness: async ({ ports, jobId, mayGoOn }) => {
    const { counts, rest } = await makeReport(ports, jobId, mayGoOn);
    return { details: { ...counts }, ...(rest && { rest }) };
  },
  search: async ({ ports, tools: { search }, jobId, mayGoOn }) => {
    if (!search) throw new TypeError('nobody searches here');
    const { isDone, details } = await runSearchJob({ ports, workers: search }, jobId, mayGoOn);
    // What is left stands beside what was found.
    return isDone ? { details } : { details, rest: {} };
  },
  'move-folder': async ({ ports, jobId, mayGoOn }) => {
    const from = await checkpointOf<RenameCheckpoint>(ports, jobId);
    if (!from) throw new TypeError('nothing says what to rename');
    const { counts, rest } = await renameFolder(ports, await getMailbox(ports, from.rename.mailboxId), from, mayGoOn);
    return { details: { ...counts }, ...(rest && { rest }) };
  },
  preview: async ({ ports, tools: { directory, index }, jobId, mayGoOn }) => {
    const judge = index ? messageJudge(index) : {};
    const { isDone, isCancelled, details } = await runPreview({ ports, directory, ...judge }, jobId, mayGoOn);
    if (isCancelled) return { details, isCancelled };
    return isDone ? { details } : { details, rest: {} };
  },
  'extend-locks': async ({ ports, tools: { directory, locks }, jobId, mayGoOn }) => {
    if (!locks) throw new TypeError('the storage locks nothing for policies here');
    const from = (await checkpointOf<ExtendJobCheckpoint>(ports, jobId)) ?? EXTEND_ALL;
    const { counts, ...end } = await runExtendJob({ ports, directory, ...locks }, jobId, from, mayGoOn);
    return { details: { ...counts }, ...end };
  },
  'find-messages': async ({ ports, tools: { directory, index, search }, jobId, mayGoOn }) => {
    if (!index || !search) throw new TypeError('nothing is indexed or searched here');
    const searching = { workers: search, reader: index.units, addresses: new AddressBook(ports) };
    const judge = { directory, policies: new PolicyBook(ports), ...messageJudge(index) };
    return await findMessages({ ports, index, ...searching, ...judge }, jobId, mayGoOn);
  },
  'export-messages': async ({ ports, tools: { directory, index }, jobId, mayGoOn }) => {
    const judge = index ? messageJudge(index) : {};
    const context = { ports, directory, policies: new PolicyBook(ports), ...judge };
    const { counts, ...end } = await exportMessages(context, jobId, mayGoOn);
    return { details: { ...counts }, ...end };
  },
  'lift-restrictions': async ({ ports, jobId, mayGoOn }) => {
    const from = await checkpointOf<LiftCheckpoint>(ports, jobId);
    if (!from) throw new TypeError('nothing says whose restrictions to lift');
    const { counts, rest } = await liftRestrictions(ports, from, mayGoOn);
    return { details: { ...counts }, ...(rest && { rest }) };
  },
};

const NOTHING_INDEXED: ReindexCheckpoint = { counts: { mailboxes: 0, messages: 0, segments: 0 } };

/** Each fault is a line of the job's log, the first of the trail first. */
async function verifyAuditTrail(ports: Ports, jobId: string): Promise<{ readonly [name: string]: number }> {
  const { first, lastCheckpoint, ...counts } = await verifyTrail(ports);
  for (const fault of first) await logJob(ports, jobId, faultText(fault));
  for (const { kind, key } of first.slice(0, 1)) ports.logs.error('audit trail damaged', { jobId, fault: kind, key });
  await logJob(ports, jobId, `last checkpoint: ${lastCheckpoint.n}:${lastCheckpoint.hash}`);
  return counts;
}
