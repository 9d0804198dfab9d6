import type { Mailbox } from '../../../domain/mailbox.ts';
import type { MessageRecord } from '../../../domain/message.ts';
import { MAILBOXES } from '../../configuration/configuration-keys.ts';
import { typed } from '../../item-data.ts';
import { findMailbox } from '../../mailboxes/find-mailboxes.ts';
import { folderListPartition, recordKey } from '../../message-keys.ts';
import { queryAll } from '../../query-all.ts';
import { listFolders } from '../../reading/list-messages.ts';
import { unitsWithIndex } from '../read/unit-reader.ts';
import { pastDamage } from './damage.ts';
import type { IndexContext } from './index-context.ts';
import { indexMessages } from './index-messages.ts';
import { type IndexUnit, unitOf } from './index-unit.ts';
import { knownUnits } from './known-units.ts';
import { markItems } from './marks.ts';
import { mergeUnit } from './merge-unit.ts';
import type { ReindexCheckpoint, ReindexCounts } from './reindex-checkpoint.ts';
import { beginAnew, makeStale, replaceStale } from './stale-segments.ts';

/** Messages that are indexed together: the more, the fewer segments have to be merged. */
const PAGE = 300;

export interface Reindexed {
  readonly counts: ReindexCounts;
  /** Where the next slice begins; absent once all is done. */
  readonly rest?: ReindexCheckpoint;
}

/**
 * Indexes mail again that lies in folders, page by page of their lists. What was indexed before is found until its
 * successor is; mail that arrives, moves or goes meanwhile is indexed as ever. A mailbox's damage counts as mended in the
 * end. `mayGoOn` is asked after each page. Safe to repeat and to run beside anything. Throws `StorageError`.
 */
export async function reindex(
  context: IndexContext,
  from: ReindexCheckpoint,
  mayGoOn: () => boolean = () => true,
): Promise<Reindexed> {
  let checkpoint = from;
  if (!from.at && from.missingIn === undefined) await tellWhatIsLost(context, from);
  for await (const mailbox of mailboxesFrom(context, from)) {
    const { rest, counts } = await reindexMailbox(context, mailbox, checkpoint, mayGoOn);
    if (rest) return { rest, counts: rest.counts };
    const { at: _done, ...ended } = checkpoint;
    checkpoint = { ...ended, counts: { ...counts, mailboxes: counts.mailboxes + 1 } };
    const next = { ...checkpoint, at: { mailboxId: `${mailbox.mailboxId}\0`, list: 0 } };
    if (from.mailboxId === undefined && !mayGoOn()) return { rest: next, counts: next.counts };
  }
  return { counts: checkpoint.counts };
}

/** Of all mailboxes before the first is walked: searches over the last must not claim to be complete meanwhile. */
async function tellWhatIsLost(context: IndexContext, from: ReindexCheckpoint): Promise<void> {
  for await (const { mailboxId } of mailboxesFrom(context, from)) {
    for await (const unit of knownUnits(context.ports, mailboxId)) await beginAnew(context, unit);
  }
}

/** In the order of their ids. */
async function* mailboxesFrom({ ports }: IndexContext, { mailboxId, at }: ReindexCheckpoint): AsyncIterable<Mailbox> {
  if (mailboxId !== undefined) {
    const mailbox = await findMailbox(ports, mailboxId);
    if (mailbox) yield mailbox;
    return;
  }
  const options = at ? { from: at.mailboxId } : {};
  for await (const item of queryAll(ports, 'configuration', MAILBOXES, options)) {
    if (!item.removed) yield typed<Mailbox>(item).data;
  }
}

async function reindexMailbox(
  context: IndexContext,
  mailbox: Mailbox,
  checkpoint: ReindexCheckpoint,
  mayGoOn: () => boolean,
): Promise<Reindexed> {
  const { mailboxId } = mailbox;
  const { missingIn } = checkpoint;
  const at = checkpoint.at?.mailboxId === mailboxId ? checkpoint.at : undefined;
  if (!at && missingIn === undefined) await makeStale(context, await unitsWithIndex(context.ports, mailboxId));
  let { counts } = checkpoint;
  const lists = await listsOf(context, mailbox);
  for (let list = at?.list ?? 0; list < lists.length; list += 1) {
    let cursor = list === at?.list ? at.cursor : undefined;
    do {
      const page = await context.ports.tables.queryIndex('messages', 'list', lists[list] ?? '', {
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const archiveIds = page.items.map((item) => item.pk.slice(item.pk.indexOf('#') + 1));
      const done = await reindexPage(context, mailbox, archiveIds, missingIn, mayGoOn);
      counts = { ...counts, messages: counts.messages + done.messages, segments: counts.segments + done.segments };
      cursor = page.cursor;
      if (mayGoOn()) continue;
      const next = cursor === undefined ? { list: list + 1 } : { list, cursor };
      return { counts, rest: { ...checkpoint, counts, at: { mailboxId, ...next } } };
    } while (cursor !== undefined);
  }
  const units = await unitsWithIndex(context.ports, mailboxId);
  const ended = units.filter(({ part }) => missingIn === undefined || part === missingIn);
  for (const unit of ended) {
    const isDone = await pastDamage(context, unit, () => replaceStale(context, unit, mayGoOn));
    if (!isDone) return { counts, rest: { ...checkpoint, counts, at: { mailboxId, list: lists.length } } };
  }
  return { counts };
}

/** The partitions of the lists of a mailbox, always in the same order; a folder that comes meanwhile has new mail only. */
async function listsOf({ ports }: IndexContext, { mailboxId, listShards }: Mailbox): Promise<readonly string[]> {
  const folders = await listFolders(ports, mailboxId);
  const shards = Array.from({ length: listShards }, (_, shard) => shard);
  return folders.flatMap((folder) => shards.map((shard) => folderListPartition(mailboxId, shard, folder)));
}

async function reindexPage(
  context: IndexContext,
  mailbox: Mailbox,
  archiveIds: readonly string[],
  missingIn: string | undefined,
  mayGoOn: () => boolean,
): Promise<{ readonly messages: number; readonly segments: number }> {
  let messages = 0;
  let segments = 0;
  for (const { unit, archiveIds: own } of await byUnit(context, mailbox, archiveIds)) {
    if (missingIn !== undefined && missingIn !== unit.part) continue;
    if (missingIn === undefined) await beginAnew(context, unit);
    const anew = own.map((archiveId) => ({ archiveId, intent: 'anew' as const }));
    const indexed = await pastDamage(context, unit, () => indexMessages(context, unit, anew));
    const later = [{ unit, archiveIds: indexed.postponed }];
    await context.ports.tables.batchPut('messages', markItems(context.ports, later, 'anew'));
    await pastDamage(context, unit, () => mergeUnit(context, unit, mayGoOn));
    messages += indexed.added;
    segments += indexed.segments;
  }
  return { messages, segments };
}

async function byUnit(
  { ports }: IndexContext,
  mailbox: Mailbox,
  archiveIds: readonly string[],
): Promise<readonly { readonly unit: IndexUnit; readonly archiveIds: readonly string[] }[]> {
  const units = new Map<string, { readonly unit: IndexUnit; readonly archiveIds: string[] }>();
  for (const archiveId of new Set(archiveIds)) {
    const item = mailbox.listShards > 1 ? await ports.tables.get('messages', recordKey(archiveId)) : undefined;
    const archivedAt = item ? typed<MessageRecord>(item).data.archivedAt : '';
    if (mailbox.listShards > 1 && !item) continue;
    const unit = unitOf(mailbox, { archiveId, archivedAt });
    const own = units.get(unit.part) ?? { unit, archiveIds: [] };
    units.set(unit.part, own);
    own.archiveIds.push(archiveId);
  }
  return [...units.values()];
}
