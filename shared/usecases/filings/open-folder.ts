import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { folderKey } from '../message-keys.ts';

/** What is kept of a folder of an archive mailbox. */
export interface FolderEntry {
  readonly folder: string;
  /**
   * Set where somebody removed it while it was empty, or renamed it: it counts only while something lies in it. ISO
   * 8601, UTC.
   */
  readonly removedAt?: string;
}

/** Folders this process has seen to be open, so that a message does not cost a write for its folder. */
const openFolders = new WeakMap<object, Set<string>>();
const MAX_OPEN_FOLDERS = 10_000;

/** Puts a folder where it is absent or was removed; before the first filing in it. Safe to repeat. */
export async function openFolder(
  ports: Pick<Ports, 'tables' | 'log'>,
  mailboxId: string,
  folder: string,
): Promise<void> {
  const { tables } = ports;
  const open = openFolders.get(tables) ?? new Set<string>();
  openFolders.set(tables, open);
  const name = `${mailboxId}#${folder}`;
  if (open.has(name)) return;
  const key = folderKey(mailboxId, folder);
  const put = await tables.putIfAbsent('messages', { ...key, version: 1, data: dataOf({ folder }) });
  if (put === 'exists') await revive(ports, mailboxId, folder);
  if (open.size >= MAX_OPEN_FOLDERS) open.clear();
  open.add(name);
}

async function revive(ports: Pick<Ports, 'tables' | 'log'>, mailboxId: string, folder: string): Promise<void> {
  const item = await ports.tables.get('messages', folderKey(mailboxId, folder));
  if (!item || typed<FolderEntry>(item).data.removedAt === undefined) return;
  try {
    await replaceLogged(ports, 'messages', item, { data: dataOf({ folder }) });
  } catch (error) {
    // Somebody else opened it, or removed it once more: what lies in it is shown all the same.
    if (!(error instanceof ConflictError)) throw error;
  }
}

/** To be called by whoever marks a folder as removed, so that this process opens it anew. */
export function forgetOpenFolder({ tables }: Pick<Ports, 'tables'>, mailboxId: string, folder: string): void {
  openFolders.get(tables)?.delete(`${mailboxId}#${folder}`);
}
