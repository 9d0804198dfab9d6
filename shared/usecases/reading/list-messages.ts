import type { Address } from '../../domain/address.ts';
import { isRestricted } from '../../domain/filing-place.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing, MessageSummary } from '../../domain/message.ts';
import { TOLERANCE_MS } from '../../domain/sort-date.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import { folderListPartition, folderPartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

/** A message as a mailbox's list shows it: one row per filing. */
export interface ListedMessage extends MessageSummary {
  readonly archiveId: string;
  readonly folder: string;
  readonly to: readonly Address[];
}

/** When a message was received: `from` inclusive, `to` exclusive; ISO 8601, UTC. */
export interface ReceivedPeriod {
  readonly from?: string;
  readonly to?: string;
}

interface ListOptions {
  readonly folder?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly received?: ReceivedPeriod;
  /** Whether messages are listed to which access is restricted. */
  readonly seesRestricted?: boolean;
}

export interface ListedPage {
  readonly items: readonly ListedMessage[];
  readonly cursor?: string;
}

/** The folders that a mailbox has, in the order of their names' bytes. */
export async function listFolders(ports: Pick<Ports, 'tables'>, mailboxId: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for await (const item of queryAll(ports, 'messages', folderPartition(mailboxId))) folders.push(item.sk);
  return folders;
}

/**
 * A page of a mailbox, or of one of its folders, newest first by sort date. The cursor names the last
 * row, so rows that arrive meanwhile neither repeat nor hide others. Reads `limit` rows from each
 * list partition and merges them: memory is bounded by the number of folders, not of messages.
 */
export async function listMessages(
  ports: Pick<Ports, 'tables'>,
  mailbox: Pick<Mailbox, 'mailboxId' | 'listShards'>,
  options: ListOptions,
): Promise<ListedPage> {
  const { mailboxId, listShards } = mailbox;
  const folders = options.folder === undefined ? await listFolders(ports, mailboxId) : [options.folder];
  const shards = Array.from({ length: listShards }, (_, shard) => shard);
  const partitions = folders.flatMap((folder) => shards.map((shard) => folderListPartition(mailboxId, shard, folder)));
  const rows = (await Promise.all(partitions.map((pk) => newestRows(ports, pk, options)))).flat();
  rows.sort((a, b) => (a.position < b.position ? 1 : -1));
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  const items = page.map(({ item }) => listed(item));
  return rows.length > page.length && last ? { items, cursor: last.position } : { items };
}

/** How many rows more than wanted are asked for: the row of the cursor itself, and one that tells of a further page. */
const SPARE_ROWS = 2;

async function newestRows(
  { tables }: Pick<Ports, 'tables'>,
  pk: string,
  { limit, cursor, received = {}, seesRestricted = false }: ListOptions,
): Promise<readonly { readonly position: string; readonly item: Item }[]> {
  const rows: { readonly position: string; readonly item: Item }[] = [];
  const { from, to } = bounds(received, cursor);
  let next: string | undefined;
  do {
    const page = await tables.queryIndex('messages', 'list', pk, {
      newestFirst: true,
      limit: limit + SPARE_ROWS,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(next === undefined ? {} : { cursor: next }),
    });
    for (const item of page.items) {
      const position = item.indexes?.list?.sk;
      if (position === undefined || position === cursor || !isWithin(received, item)) continue;
      if (seesRestricted || !isRestricted(typed<Filing>(item).data)) rows.push({ position, item });
    }
    next = page.cursor;
  } while (next !== undefined && rows.length <= limit);
  return rows;
}

/** Rows stand by their sort date, which lies near the receipt: beyond these bounds nothing is within the period. */
function bounds({ from, to }: ReceivedPeriod, cursor: string | undefined): { from?: string; to?: string } {
  const shifted = (time: string, byMs: number) => new Date(Date.parse(time) + byMs).toISOString();
  const last = to === undefined ? undefined : `${shifted(to, TOLERANCE_MS)}~`;
  const end = last !== undefined && (cursor === undefined || last < cursor) ? last : cursor;
  return {
    ...(from === undefined ? {} : { from: shifted(from, -TOLERANCE_MS) }),
    ...(end === undefined ? {} : { to: end }),
  };
}

function isWithin({ from = '', to }: ReceivedPeriod, item: Item): boolean {
  const { receivedAt } = typed<Filing>(item).data.summary;
  return receivedAt >= from && (to === undefined || receivedAt < to);
}

function listed(item: Item): ListedMessage {
  const { summary, folder } = typed<Filing>(item).data;
  return { archiveId: item.pk.slice(item.pk.indexOf('#') + 1), ...summary, folder };
}
