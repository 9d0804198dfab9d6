import { isOwnFolder } from '../../domain/folder-name.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { folderKey } from '../message-keys.ts';
import { type FolderEntry, forgetOpenFolder } from './open-folder.ts';
import { isEmpty, knownFolders } from './shown-folders.ts';

type FolderPorts = Pick<Ports, 'tables' | 'log' | 'clock'>;

/**
 * Removes the folders of a mailbox that no message lies in, but for `Inbox` and `Sent`, and answers how many. Lists may not
 * show yet what was filed a moment ago: so the entry stays and is marked, and the folder is seen while anything lies in it.
 * Safe to repeat. Throws `StorageError`.
 */
export async function removeEmptyFolders(
  ports: FolderPorts,
  mailbox: Pick<Mailbox, 'mailboxId' | 'listShards'>,
): Promise<number> {
  let removed = 0;
  for await (const { folder, item, isRemoved } of knownFolders(ports, mailbox.mailboxId)) {
    if (isRemoved || isOwnFolder(folder) || !(await isEmpty(ports, mailbox, folder))) continue;
    if (await markRemoved(ports, mailbox.mailboxId, folder, item)) removed += 1;
  }
  return removed;
}

/** Removes one folder, whatever its lists show: it is seen while anything lies in it. */
export async function removeFolder(ports: FolderPorts, mailboxId: string, folder: string): Promise<void> {
  const item = await ports.tables.get('messages', folderKey(mailboxId, folder));
  if (item) await markRemoved(ports, mailboxId, folder, item);
}

async function markRemoved(ports: FolderPorts, mailboxId: string, folder: string, item: Item): Promise<boolean> {
  const entry: FolderEntry = { folder, removedAt: ports.clock.now().toISOString() };
  forgetOpenFolder(ports, mailboxId, folder);
  try {
    await replaceLogged(ports, 'messages', item, { data: dataOf(entry) });
    return true;
  } catch (error) {
    // Somebody opened it meanwhile, or removed it.
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
