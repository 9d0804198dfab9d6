import type { PurgeCause, PurgeOutcome } from '../../domain/deletion/purge-cause.ts';
import type { MessageRecord } from '../../domain/message.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { PURGE_WORK, purgeWorkKey, purgeWorkListKey, recordKey } from '../message-keys.ts';
import { forgetAttachments } from '../purge-message.ts';
import { type DeletionContext, purgeIfAllowed } from './purge-if-allowed.ts';

type WorkPorts = Pick<Ports, 'tables' | 'clock'>;

/** That a message may have to go: written before anything is done about it, and there until all is done. */
interface PurgeWork {
  readonly archiveId: string;
  readonly cause: PurgeCause;
  /** `decide`: whether it may go. `empty`: it is gone, and what a filing left beside the purge is deleted. */
  readonly phase: 'decide' | 'empty';
  /** ISO 8601, UTC. */
  readonly dueAt: string;
}

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

/** Does what was planned for a message, once; safe to repeat. Throws `StorageError`. */
export async function doPurgeWork(context: DeletionContext, archiveId: string): Promise<PurgeOutcome | undefined> {
  const item = await context.ports.tables.get('messages', purgeWorkKey(archiveId));
  if (!item) return undefined;
  const { cause, phase } = typed<PurgeWork>(item).data;
  const outcome = await purgeIfAllowed(context, archiveId, cause, { isRepeated: phase === 'empty' });
  if (phase === 'empty' && outcome === 'purged') await forgetAttachments(context.ports, archiveId);
  await settle(context.ports, item, outcome);
  return outcome;
}

/** Purges a message that `planPurges` was told of, and writes down what is left to do. */
export async function purgePlanned(
  context: DeletionContext,
  archiveId: string,
  cause: PurgeCause,
): Promise<PurgeOutcome> {
  const outcome = await purgeIfAllowed(context, archiveId, cause);
  await settle(context.ports, workItem({ archiveId, cause, phase: 'decide', dueAt: '' }), outcome);
  return outcome;
}

async function settle({ tables, clock }: WorkPorts, item: Item, outcome: PurgeOutcome): Promise<void> {
  const work = typed<PurgeWork>(item).data;
  const isDone = outcome === 'gone' || outcome === 'kept' || (outcome === 'purged' && work.phase === 'empty');
  // A job decides anew by itself, each day.
  const isTheJobs = work.cause.kind === 'retention' && !(await isGone({ tables }, work.archiveId));
  if (isDone || (isTheJobs && outcome !== 'purged' && outcome !== 'busy')) {
    await tables.deleteIfVersion('messages', purgeWorkKey(work.archiveId), 1);
    return;
  }
  const delayMs = outcome === 'purged' || outcome === 'busy' ? EMPTY_AFTER_MS : AGAIN_AFTER_MS;
  const phase = outcome === 'purged' ? 'empty' : work.phase;
  await tables.put('messages', workItem({ ...work, phase, dueAt: later({ clock }, delayMs) }));
}

async function isGone({ tables }: Pick<Ports, 'tables'>, archiveId: string): Promise<boolean> {
  const record = await tables.get('messages', recordKey(archiveId));
  return record !== undefined && typed<MessageRecord>(record).data.state === 'purged';
}

/** Its version never grows: what is planned anew replaces what was. */
function workItem(work: PurgeWork): Item {
  const list = purgeWorkListKey(work.archiveId, work.dueAt);
  return { ...purgeWorkKey(work.archiveId), version: 1, indexes: { list }, data: dataOf(work) };
}

function later({ clock }: Pick<Ports, 'clock'>, ms: number): string {
  return new Date(clock.now().getTime() + ms).toISOString();
}
