import type { Ports } from '../../ports/ports.ts';
import type { TableName } from '../../ports/tables.ts';
import { queueDuePurges } from '../deletion/purge-work.ts';
import { type ArrivalNudge, isArrivalKey, SERVICE_INTAKE, toldBeside } from '../filing/intake-object.ts';
import { typed } from '../item-data.ts';
import { appendLeftover, UNLOGGED } from '../logged-item.ts';
import { UNVERIFIED } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { nudgeUnits, pendingUnits } from '../search/index/marks.ts';
import { unitsToTidy } from '../search/index/tidying.ts';
import type { SignaturesNudge, UnverifiedBatch } from '../signatures/announce-signatures.ts';

const TABLES: readonly TableName[] = ['configuration', 'activity', 'messages'];

/** Only arrivals that have lain in intake for so long are queued again: younger ones are on their way. */
export const SWEEP_AFTER_MS = 15 * 60_000;

/** How long a message may live in queues and dead letters: SQS keeps it 14 days in each (Amazon SQS quotas). */
const QUEUES_KEEP_MS = 28 * 24 * 60 * 60_000;

export interface SweepCounts {
  /** Arrivals that were lying in intake and are queued again. */
  readonly queued: number;
  /** Items whose log entry was missing. */
  readonly logged: number;
  /** Batches of arrivals whose signatures should have been verified by then, queued again. */
  readonly unverified: number;
  /** Units of the index with messages that wait to be indexed, queued again. */
  readonly unindexed: number;
  /** Messages that were to be purged by then, queued again; what is left to be deleted some time after a purge is among them. */
  readonly unpurged: number;
}

/** Marks as old as this are taken for forgotten: a nudge is delivered within seconds. */
const UNINDEXED_AFTER_MS = 60_000;

/**
 * Takes up what a crash left: queues arrivals that lie in intake since before `olderThan`, appends missing log entries,
 * and queues signatures that wait to be verified, messages that wait to be indexed, and purges that are due. Safe to
 * repeat: an arrival queued twice is filed once.
 */
export async function sweep(
  ports: Pick<Ports, 'intake' | 'tables' | 'queue' | 'log' | 'clock' | 'logs'>,
  olderThan: Date,
): Promise<SweepCounts> {
  const queued = await queueArrivals(ports, olderThan);
  let logged = 0;
  for (const table of TABLES) {
    for await (const found of queryAll(ports, table, UNLOGGED, { index: 'unlogged' })) {
      const item = await ports.tables.get(table, found);
      if (!item?.indexes?.unlogged) continue;
      await appendLeftover(ports, table, item);
      logged += 1;
    }
  }
  let unverified = 0;
  for await (const item of queryAll(ports, 'messages', UNVERIFIED)) {
    if (typed<UnverifiedBatch>(item).data.dueAt > olderThan.toISOString()) continue;
    const nudge: SignaturesNudge = { batchId: item.sk };
    await ports.queue.send('signatures', JSON.stringify(nudge));
    unverified += 1;
  }
  const unpurged = await queueDuePurges(ports);
  return { queued, logged, unverified, unindexed: await queueUnits(ports, olderThan), unpurged };
}

/** Units that are due to be tidied up are no leftovers, and not counted. */
async function queueUnits(ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'logs'>, olderThan: Date): Promise<number> {
  const now = ports.clock.now();
  const forgotten = Math.max(olderThan.getTime(), now.getTime() - UNINDEXED_AFTER_MS);
  let unindexed = 0;
  for await (const { unit, since } of pendingUnits(ports)) {
    if (Date.parse(since) > forgotten) continue;
    await nudgeUnits(ports, [unit]);
    unindexed += 1;
  }
  for await (const unit of unitsToTidy(ports, now)) await nudgeUnits(ports, [unit], { isTidying: true });
  return unindexed;
}

/**
 * Mail whose envelope only a queue knows is left to that queue, and queued without it once that would have lost it:
 * it ends in quarantine then.
 */
async function queueArrivals(ports: Pick<Ports, 'intake' | 'queue'>, olderThan: Date): Promise<number> {
  let queued = 0;
  for await (const { key, sizeBytes, modifiedAt } of ports.intake.list('incoming/')) {
    if (modifiedAt > olderThan || !isArrivalKey(key)) continue;
    const isTold = !key.startsWith(SERVICE_INTAKE) || (await toldBeside(ports, key)) !== undefined;
    if (!isTold && olderThan.getTime() - modifiedAt.getTime() < QUEUES_KEEP_MS) continue;
    const nudge: ArrivalNudge = { intakeKey: key, sizeBytes };
    await ports.queue.send('arrivals', JSON.stringify(nudge));
    queued += 1;
  }
  return queued;
}
