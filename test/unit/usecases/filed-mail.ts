import type { Filing } from '../../../shared/domain/message.ts';
import type { Tables } from '../../../shared/ports/tables.ts';
import { dataOf } from '../../../shared/usecases/item-data.ts';
import { filingKey, folderKey, folderListKey } from '../../../shared/usecases/message-keys.ts';

/** Puts a filing as an arrival brings it, into a mailbox with one list partition. */
export async function putFiling(
  tables: Tables,
  {
    archiveId,
    mailboxId,
    folder = 'Inbox',
    receivedAt,
    date = receivedAt,
    ...more
  }: {
    readonly archiveId: string;
    readonly mailboxId: string;
    readonly folder?: string;
    readonly receivedAt: string;
    /** What it is sorted by. */
    readonly date?: string;
    readonly removedAt?: string;
  },
): Promise<void> {
  const summary = { date, receivedAt, from: { address: 'a@example.org' }, to: [], subject: 's', sizeBytes: 1 };
  const filing: Filing = {
    mailboxId,
    originFolder: folder,
    folder,
    basis: 'header',
    arrivalId: 'arrival',
    summary: { ...summary, hasAttachments: false },
    ...more,
  };
  const list = folderListKey({ mailboxId, folder, listShards: 1, sortDate: date, archiveId, originFolder: folder });
  const key = filingKey(archiveId, mailboxId, folder);
  await tables.put('messages', { ...key, version: 1, indexes: { list }, data: dataOf(filing) });
  await tables.put('messages', { ...folderKey(mailboxId, folder), version: 1, data: {} });
}
