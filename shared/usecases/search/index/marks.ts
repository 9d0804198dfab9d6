import type { Ports } from '../../../ports/ports.ts';
import type { Item, ItemKey } from '../../../ports/tables.ts';
import { dataOf, typed } from '../../item-data.ts';
import { MARK_SHARDS, markKey, markPartition, markPrefix, markShardOf } from '../../message-keys.ts';
import { queryAll } from '../../query-all.ts';
import { type IndexUnit, unitName, unitNamed } from './index-unit.ts';

/**
 * Why messages wait to be indexed, and so what is to be done about each; the further right, the more. `changed`: a filing
 * was moved, removed or marked, or the message was purged. `retold`: as `filed`, where another unit learnt of it.
 * `filed`: an arrival, which may also tell of more recipients of a message that is indexed already. `anew`: it is built
 * again, unless a segment has it that no reindex is about to replace.
 */
export const MARK_CAUSES = ['changed', 'retold', 'filed', 'anew'] as const;
export type MarkCause = (typeof MARK_CAUSES)[number];

/** What the item of a mark says. */
export type IndexMark =
  | { readonly cause: MarkCause; readonly archiveIds: readonly string[] }
  /** A segment that could not be read. */
  | { readonly cause: 'damaged'; readonly segmentId: string; readonly at: string };

/** A mark that waits. */
export interface PendingMark {
  readonly key: ItemKey;
  readonly version: number;
  /** Tells it from the other marks of its unit; begins with the time it was made. */
  readonly batchId: string;
  readonly mark: IndexMark;
}

/** What stands in a message of the queue `index`. */
export interface IndexNudge {
  readonly unit: string;
  /** It is due to be tidied up as well. */
  readonly isTidying?: boolean;
}

/** Messages of one mark: keeps its item far below the 400 KB that a table item may have. */
const MAX_MESSAGES = 500;

/** What messages of a unit are to be marked. */
export interface UnitMessages {
  readonly unit: IndexUnit;
  readonly archiveIds: readonly string[];
}

/** The items to be put before anything says that the work they stand for is done; then `nudgeUnits`. */
export function markItems(
  { clock, entropy }: Pick<Ports, 'clock' | 'entropy'>,
  units: readonly UnitMessages[],
  cause: MarkCause,
): readonly Item[] {
  const at = clock.now().toISOString();
  const items: Item[] = [];
  for (const { unit, archiveIds } of units) {
    for (let start = 0; start < archiveIds.length; start += MAX_MESSAGES) {
      const batchId = `${at}#${Buffer.from(entropy.bytes(6)).toString('hex')}`;
      const mark: IndexMark = { cause, archiveIds: archiveIds.slice(start, start + MAX_MESSAGES) };
      items.push({ ...markKey(unitName(unit), batchId), version: 1, data: dataOf(mark) });
    }
  }
  return items;
}

/** Has units indexed soon. A queue that fails costs time only: the sweep finds what is pending. */
export async function nudgeUnits(
  { queue, logs }: Pick<Ports, 'queue' | 'logs'>,
  units: Iterable<IndexUnit>,
  { isTidying = false }: { readonly isTidying?: boolean } = {},
): Promise<void> {
  const names = new Set([...units].map(unitName));
  await Promise.all(
    [...names].map(async (unit) => {
      const nudge: IndexNudge = isTidying ? { unit, isTidying } : { unit };
      try {
        await queue.send('index', JSON.stringify(nudge), { group: unit });
      } catch (error) {
        logs.warn('unit not queued', { unit, error });
      }
    }),
  );
}

/** The marks of a unit that wait, oldest first. */
export async function* pendingMarks(ports: Pick<Ports, 'tables'>, unit: IndexUnit): AsyncIterable<PendingMark> {
  const name = unitName(unit);
  const prefix = markPrefix(name);
  for await (const item of queryAll(ports, 'messages', markPartition(markShardOf(name)), { prefix, page: 100 })) {
    const pending = pendingMark(item);
    if (pending?.name === name) yield pending;
  }
}

/** ISO 8601, UTC. */
export function madeAt({ mark, batchId }: PendingMark): string {
  return mark.cause === 'damaged' ? mark.at : batchId.slice(0, batchId.indexOf('#'));
}

/** A unit with marks that wait. */
export interface PendingUnit {
  readonly unit: IndexUnit;
  /** When its oldest mark was made; ISO 8601, UTC. */
  readonly since: string;
}

/** Marks of a page of the walk over what is pending: where one unit fills it, the rest of that unit is passed over. */
const PAGE = 100;

/** All units with marks that wait; partition by partition, by consistent reads. */
export async function* pendingUnits({ tables }: Pick<Ports, 'tables'>): AsyncIterable<PendingUnit> {
  for (let shard = 0; shard < MARK_SHARDS; shard += 1) {
    let from: string | undefined;
    let last: string | undefined;
    for (;;) {
      const options = from === undefined ? { limit: PAGE } : { limit: PAGE, from };
      const page = await tables.query('messages', markPartition(shard), options);
      for (const item of page.items) {
        const pending = pendingMark(item);
        if (!pending || pending.name === last) continue;
        last = pending.name;
        const unit = unitNamed(pending.name);
        if (unit) yield { unit, since: madeAt(pending) };
      }
      if (page.cursor === undefined || last === undefined) break;
      from = `${markPrefix(last)}~`;
    }
  }
}

function pendingMark(item: Item): (PendingMark & { readonly name: string }) | undefined {
  const [, name, batchId] = /^(.+)#([^#]+#[^#]+)$/.exec(item.sk) ?? [];
  if (name === undefined || batchId === undefined) return undefined;
  const { pk, sk, version } = item;
  return { key: { pk, sk }, version, batchId, name, mark: typed<IndexMark>(item).data };
}
