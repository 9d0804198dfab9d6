import type { Filing, MessageRecord } from '../../domain/message.ts';
import { NotFoundError } from '../../errors.ts';
import { changeFilings } from '../filings/change-filings.ts';
import { type FilingPorts, filingItems } from '../filings/mailbox-filings.ts';
import { typed } from '../item-data.ts';
import { recordKey } from '../message-keys.ts';
import { markMessages } from '../search/index/mark-messages.ts';

/** Marks a message private in all its filings in a mailbox; safe to repeat. Throws `NotFoundError` where it has none there. */
export async function markPrivate(
  ports: FilingPorts,
  { archiveId, mailboxId, by }: { readonly archiveId: string; readonly mailboxId: string; readonly by: string },
): Promise<void> {
  const mark = { by, at: ports.clock.now().toISOString() };
  await changeAll(ports, archiveId, mailboxId, (filing) => (filing.private ? filing : { ...filing, private: mark }));
}

/** Takes the mark away from all filings in a mailbox; safe to repeat. Throws `NotFoundError`. */
export async function unmarkPrivate(
  ports: FilingPorts,
  { archiveId, mailboxId }: { readonly archiveId: string; readonly mailboxId: string },
): Promise<void> {
  await changeAll(ports, archiveId, mailboxId, (filing) => {
    const { private: _mark, ...rest } = filing;
    return filing.private ? rest : filing;
  });
}

/** Removed filings as well: a mark outlives the removal of the message from the folder. */
async function changeAll(
  ports: FilingPorts,
  archiveId: string,
  mailboxId: string,
  change: (filing: Filing) => Filing,
): Promise<void> {
  const items = await filingItems(ports, archiveId, mailboxId);
  if (items.every((item) => item.data.removedAt !== undefined)) throw new NotFoundError(`message ${archiveId}`);
  await changeFilings(ports, { archiveId, mailboxId }, async () => change);
  await markInIndex(ports, archiveId);
}

/** A mark counts in all mailboxes that the message is in. */
async function markInIndex(ports: FilingPorts, archiveId: string): Promise<void> {
  const record = await ports.tables.get('messages', recordKey(archiveId));
  if (!record) return;
  const { archivedAt } = typed<MessageRecord>(record).data;
  const filings = await filingItems(ports, archiveId);
  const mailboxIds = [...new Set(filings.map(({ data }) => data.mailboxId))];
  await markMessages(ports, [{ archiveId, archivedAt, mailboxIds }]);
}
