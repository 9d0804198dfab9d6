import { isPurged, type PurgeCause, type PurgeOutcome } from '../../domain/deletion/purge-cause.ts';
import type { MessageRecord, Tombstone } from '../../domain/message.ts';
import type { PurgeState } from '../../domain/purge-state.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { getJob } from '../jobs/jobs.ts';
import {
  jobPurgeKey,
  messageAttachmentKey,
  PURGE_WORK,
  purgeWorkKey,
  purgeWorkListKey,
  recordKey,
} from '../message-keys.ts';
import { forgetAttachments, type PurgePorts, purgeMessage } from '../purge-message.ts';
import { bytesLeft, keepsBytes, noteBytesGone } from './locked-bytes.ts';
import { auditBytesGone, type DeletionContext, purgeIfAllowed } from './purge-if-allowed.ts';

type WorkPorts = Pick<Ports, 'tables' | 'clock'>;

/** That a message may have to go: written before anything is done about it, and there until all is done. */
interface PurgeWork {
  readonly archiveId: string;
  readonly cause: PurgeCause;
  /**
   * `decide`: whether it may go. `empty`: it is gone, and what a filing left beside the purge is deleted. `locked`: it is
   * gone, and what storage keeps of it is deleted once that is allowed.
   */
  readonly phase: 'decide' | 'empty' | 'locked';
  /** ISO 8601, UTC. */
  readonly dueAt: string;
  /**
   * User name of whoever removed it last, while a job asks for it, too: what the job may not do is decided for this one
   * again.
   */
  readonly removedBy?: string;
}

/** Who asks for a message beside everybody else: it decides anew by itself, each day. */
type JobCause = Exclude<PurgeCause, { readonly kind: 'person' }>;

/** What stands in a message of the queue `purges` that is not about a job. */
interface PurgeNudge {
  readonly archiveIds: readonly string[];
}

/** Longer than any function runs, so that whatever raced with the purge has ended. */
const EMPTY_AFTER_MS = 20 * 60_000;
/** When it is looked at again what holds, minimums and locks refused: they end on days. */
const AGAIN_AFTER_MS = 24 * 60 * 60_000;
/** Nobody else takes up what whoever wrote it down is about to do. */
const TAKEN_UP_AFTER_MS = 15 * 60_000;
/** How many messages one nudge names; it stays far below what a queue takes. */
const NUDGE_SIZE = 50;

/** Writes down that messages may have to go, for those who take up what died. */
export async function planPurges(ports: WorkPorts, archiveIds: readonly string[], cause: PurgeCause): Promise<void> {
  const dueAt = later(ports, TAKEN_UP_AFTER_MS);
  await ports.tables.batchPut(
    'messages',
    archiveIds.map((archiveId) => workItem({ archiveId, cause, phase: 'decide', dueAt })),
  );
}

/** Writes down what a job asks for, for whoever certifies it, and for those who take up what died. */
export async function planForJob(ports: WorkPorts, archiveIds: readonly string[], cause: JobCause): Promise<void> {
  const expiresAt = Math.floor(ports.clock.now().getTime() / 1000) + INTENT_SECONDS;
  const intents = archiveIds.map((id) => ({ ...jobPurgeKey(cause.jobId, id), version: 1, expiresAt, data: {} }));
  await ports.tables.batchPut('activity', intents);
  const dueAt = later(ports, TAKEN_UP_AFTER_MS);
  const work = archiveIds.map(async (archiveId) => {
    const removedBy = removerIn(await workOn(ports, archiveId));
    return workItem({ archiveId, cause, phase: 'decide', dueAt, ...(removedBy === undefined ? {} : { removedBy }) });
  });
  await ports.tables.batchPut('messages', await Promise.all(work));
}

/** How long what a job asked for is known: longer than any job takes. */
const INTENT_SECONDS = 90 * 24 * 60 * 60;

function removerIn(work: PurgeWork | undefined): string | undefined {
  return work?.cause.kind === 'person' ? work.cause.by : work?.removedBy;
}

/** Has these be looked at soon. */
export async function queuePurges({ queue }: Pick<Ports, 'queue'>, archiveIds: readonly string[]): Promise<void> {
  for (let start = 0; start < archiveIds.length; start += NUDGE_SIZE) {
    const nudge: PurgeNudge = { archiveIds: archiveIds.slice(start, start + NUDGE_SIZE) };
    await queue.send('purges', JSON.stringify(nudge));
  }
}

/** Queues what is due; answers how many messages that are. */
export async function queueDuePurges(ports: WorkPorts & Pick<Ports, 'queue'>): Promise<number> {
  const to = ports.clock.now().toISOString();
  const due: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ports.tables.queryIndex('messages', 'list', PURGE_WORK, {
      to,
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    due.push(...page.items.map((item) => typed<PurgeWork>(item).data.archiveId));
    cursor = page.cursor;
  } while (cursor !== undefined && due.length < MOST_AT_ONCE);
  await queuePurges(ports, due);
  return due.length;
}

/** Stops one sweep from queueing for longer than it may run; the next goes on. */
const MOST_AT_ONCE = 20_000;

/**
 * Does what was planned for a message, once; safe to repeat. What a job asked for is decided on by the job alone: here only what
 * it began is ended, one way or the other. Throws `StorageError`.
 */
export async function doPurgeWork(context: DeletionContext, archiveId: string): Promise<PurgeOutcome | undefined> {
  const work = await workOn(context.ports, archiveId);
  if (!work) return undefined;
  const { cause } = work;
  if (cause.kind === 'person' || (await stateOf(context.ports, archiveId)) === 'purged')
    return await doWork(context, work);
  const outcome = await endWhatDied(context.ports, archiveId, cause);
  await settle(context.ports, work, outcome);
  return outcome;
}

/**
 * For a job: does what it had asked for where an attempt died before all of it was done. Safe to repeat. Throws
 * `StorageError`.
 */
export async function finishPlanned(context: DeletionContext, archiveId: string, jobId: string): Promise<void> {
  const work = await workOn(context.ports, archiveId);
  if (work?.phase !== 'decide') return;
  const isOwn = work.cause.kind !== 'person' && work.cause.jobId === jobId;
  if (isOwn || (await stateOf(context.ports, archiveId)) === 'purged') await doWork(context, work);
}

async function workOn({ tables }: Pick<Ports, 'tables'>, archiveId: string): Promise<PurgeWork | undefined> {
  const item = await tables.get('messages', purgeWorkKey(archiveId));
  return item && typed<PurgeWork>(item).data;
}

async function doWork(context: DeletionContext, work: PurgeWork): Promise<PurgeOutcome> {
  const { archiveId, cause, phase } = work;
  const isRepeated = phase !== 'decide';
  const outcome = await purgeIfAllowed(context, archiveId, cause, { isRepeated });
  if (isRepeated && outcome === 'purged') {
    if (phase === 'locked' && (await bytesLeft(context.ports, archiveId))) {
      await auditBytesGone(context, archiveId, cause);
      await noteBytesGone(context.ports, archiveId);
    }
    await forgetAttachments(context.ports, archiveId);
  }
  await settle(context.ports, work, outcome);
  return outcome;
}

/** A purge that died may have left the message `purging`, and arrivals of it wait. While its job goes on, so does the plan. */
async function endWhatDied(ports: PurgePorts, archiveId: string, { jobId }: JobCause): Promise<PurgeOutcome> {
  const isPurging = (await stateOf(ports, archiveId)) === 'purging';
  if (isPurging && (await purgeMessage(ports, archiveId, async () => false))) return 'purged';
  return (await isFinished(ports, jobId)) ? 'kept' : 'busy';
}

async function isFinished(ports: Pick<Ports, 'tables'>, jobId: string): Promise<boolean> {
  try {
    return (await getJob(ports, jobId)).data.state === 'finished';
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}

/** Purges a message that `planForJob` was told of, and writes down what is left to do. */
export async function purgePlanned(
  context: DeletionContext,
  archiveId: string,
  cause: JobCause,
): Promise<PurgeOutcome> {
  const { ports } = context;
  const outcome = await purgeIfAllowed(context, archiveId, cause);
  const work: PurgeWork = { archiveId, cause, phase: 'decide', dueAt: '' };
  const removedBy = isPurged(outcome) ? undefined : removerIn(await workOn(ports, archiveId));
  await settle(ports, removedBy === undefined ? work : { ...work, removedBy }, outcome);
  return outcome;
}

async function settle(ports: WorkPorts, work: PurgeWork, outcome: PurgeOutcome): Promise<void> {
  const { archiveId, cause, removedBy } = work;
  const isRefused = !isPurged(outcome) && outcome !== 'busy' && outcome !== 'gone';
  if (cause.kind !== 'person' && isRefused && (await stateOf(ports, archiveId)) !== 'purged') {
    if (removedBy === undefined) await ports.tables.deleteIfVersion('messages', purgeWorkKey(archiveId), 1);
    else await planPurges(ports, [archiveId], { kind: 'person', by: removedBy });
    return;
  }
  const isDone = outcome === 'gone' || outcome === 'kept' || (outcome === 'purged' && work.phase !== 'decide');
  if (isDone) {
    await ports.tables.deleteIfVersion('messages', purgeWorkKey(archiveId), 1);
    return;
  }
  const isFirstPass = isPurged(outcome) && work.phase === 'decide';
  const delayMs = isFirstPass || outcome === 'busy' ? EMPTY_AFTER_MS : AGAIN_AFTER_MS;
  const phase = outcome === 'purged' ? 'empty' : outcome === 'bytes_locked' ? 'locked' : work.phase;
  await ports.tables.put('messages', workItem({ ...work, phase, dueAt: later(ports, delayMs) }));
}

async function stateOf({ tables }: Pick<Ports, 'tables'>, archiveId: string): Promise<PurgeState | undefined> {
  const item = await tables.get('messages', recordKey(archiveId));
  return item && typed<MessageRecord>(item).data.state;
}

/**
 * What is to be put after a rebuild of the tables, so that the bytes go which storage keeps of a purged message; nothing
 * where it keeps none.
 */
export function leftWork(archiveId: string, { archivedAt, tombstone }: MessageRecord): readonly Item[] {
  if (!keepsBytes(tombstone)) return [];
  const { attachmentIds = [] } = tombstone.bytesLocked;
  const attachments = attachmentIds.map((id) => ({ ...messageAttachmentKey(archiveId, id), version: 1, data: {} }));
  return [...attachments, workItem({ archiveId, cause: causeIn(tombstone), phase: 'locked', dueAt: archivedAt })];
}

/** As far as a tombstone tells. */
function causeIn({ cause = 'person', jobId = '', requestId = '' }: Partial<Tombstone>): PurgeCause {
  if (cause === 'person') return { kind: cause, by: '' };
  return cause === 'retention' ? { kind: cause, jobId } : { kind: cause, jobId, requestId };
}

/** Its version never grows: what is planned anew replaces what was. */
function workItem(work: PurgeWork): Item {
  const list = purgeWorkListKey(work.archiveId, work.dueAt);
  return { ...purgeWorkKey(work.archiveId), version: 1, indexes: { list }, data: dataOf(work) };
}

function later({ clock }: Pick<Ports, 'clock'>, ms: number): string {
  return new Date(clock.now().getTime() + ms).toISOString();
}
