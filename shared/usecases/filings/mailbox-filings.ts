import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing, MessageRecord } from '../../domain/message.ts';
import { sortDate } from '../../domain/sort-date.ts';
import { NotFoundError, PurgingError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { appendLeftover } from '../logged-item.ts';
import { FILING_PREFIX, folderListKey, messagePartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

/** What every change of filings works with. */
export type FilingPorts = Pick<Ports, 'tables' | 'log' | 'queue' | 'clock' | 'entropy' | 'logs'>;

/** A filing as it is kept, with its version. */
export type FilingItem = Item<Filing>;

/** The filings of a message, of one mailbox or of all, the removed and merged ones too; consistent. */
export async function filingItems(
  ports: Pick<Ports, 'tables'>,
  archiveId: string,
  mailboxId?: string,
): Promise<readonly FilingItem[]> {
  const items: FilingItem[] = [];
  const prefix = mailboxId === undefined ? FILING_PREFIX : `${FILING_PREFIX}${mailboxId}#`;
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix })) {
    items.push(typed<Filing>(item));
  }
  return items;
}

/** The record of a message whose filings may change. Throws `NotFoundError`, and `PurgingError` until that is decided. */
export async function changeableRecord({ tables }: Pick<Ports, 'tables'>, archiveId: string): Promise<MessageRecord> {
  const item = await tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (record?.state === 'purging') throw new PurgingError(`message ${archiveId}`);
  if (record?.state !== 'live') throw new NotFoundError(`message ${archiveId}`);
  return record;
}

/** Where a filing stands in the list of its folder; its summary has the dates that decide. */
export function listKeyOf(
  archiveId: string,
  { mailboxId, folder, originFolder, summary }: Filing,
  { listShards }: Pick<Mailbox, 'listShards'>,
): ItemKey {
  const date = sortDate(new Date(summary.date), new Date(summary.receivedAt)).toISOString();
  return folderListKey({ mailboxId, folder, listShards, sortDate: date, archiveId, originFolder });
}

/** Makes durable in the log what an attempt that died changed: nobody is told that it is done before. */
export async function logLeftovers(ports: Pick<Ports, 'tables' | 'log'>, items: readonly FilingItem[]): Promise<void> {
  const left = items.filter(({ indexes }) => indexes?.unlogged !== undefined);
  await Promise.all(left.map((item) => appendLeftover(ports, 'messages', { ...item, data: dataOf(item.data) })));
}
