import type { Ports } from '../../ports/ports.ts';
import { folderPartition } from '../message-keys.ts';

/** Whether a mailbox has or had mail; a consistent read. A folder is recorded before the first filing in it. */
export async function mailboxHasFilings({ tables }: Pick<Ports, 'tables'>, mailboxId: string): Promise<boolean> {
  const page = await tables.query('messages', folderPartition(mailboxId), { limit: 1 });
  return page.items.length > 0;
}
