import type { Mailbox } from '../../domain/mailbox.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import { folderListPartition, folderPartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import type { FolderEntry } from './open-folder.ts';

/** How many folders' lists are looked at, at once. */
const LOOKS_AT_ONCE = 20;

/** A folder, with its item for whoever changes it. */
interface ShownFolder {
  readonly folder: string;
  readonly item: Item;
  readonly isRemoved: boolean;
}

/** The folders that people see in a mailbox, in the order of their names' bytes: removed ones while something lies in them. */
export async function shownFolders(
  ports: Pick<Ports, 'tables'>,
  mailbox: Pick<Mailbox, 'mailboxId' | 'listShards'>,
): Promise<readonly string[]> {
  const all: ShownFolder[] = [];
  for await (const folder of knownFolders(ports, mailbox.mailboxId)) all.push(folder);
  const gone = new Set<string>();
  const removed = all.filter(({ isRemoved }) => isRemoved);
  for (let start = 0; start < removed.length; start += LOOKS_AT_ONCE) {
    const some = removed.slice(start, start + LOOKS_AT_ONCE);
    const empty = await Promise.all(some.map(({ folder }) => isEmpty(ports, mailbox, folder)));
    for (const [index, { folder }] of some.entries()) if (empty[index]) gone.add(folder);
  }
  return all.map(({ folder }) => folder).filter((folder) => !gone.has(folder));
}

/** The folders that a mailbox has or had, `within` or below one where that is given; the removed ones too. */
export async function* knownFolders(
  ports: Pick<Ports, 'tables'>,
  mailboxId: string,
  within?: string,
): AsyncIterable<ShownFolder> {
  const prefix = within === undefined ? {} : { prefix: within };
  for await (const item of queryAll(ports, 'messages', folderPartition(mailboxId), prefix)) {
    if (within !== undefined && item.sk !== within && !item.sk.startsWith(`${within}/`)) continue;
    yield { folder: item.sk, item, isRemoved: typed<FolderEntry>(item).data.removedAt !== undefined };
  }
}

/** Whether no message lies in a folder, as far as the lists know: they follow within seconds. */
export async function isEmpty(
  { tables }: Pick<Ports, 'tables'>,
  { mailboxId, listShards }: Pick<Mailbox, 'mailboxId' | 'listShards'>,
  folder: string,
): Promise<boolean> {
  for (let shard = 0; shard < listShards; shard += 1) {
    const partition = folderListPartition(mailboxId, shard, folder);
    const { items } = await tables.queryIndex('messages', 'list', partition, { limit: 1 });
    if (items.length > 0) return false;
  }
  return true;
}
