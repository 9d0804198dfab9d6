import type { Filing, MessageRecord } from '../../domain/message.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { FILING_PREFIX, messagePartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { markMessages } from '../search/index/mark-messages.ts';

type MarkPorts = Pick<Ports, 'tables' | 'log' | 'queue' | 'clock' | 'entropy' | 'logs'>;

/** How often the filings are read again where others change them at the same time. */
const MAX_ATTEMPTS = 5;

/** Marks a message private in all its filings in a mailbox; safe to repeat. Throws `NotFoundError` where it has none there. */
export async function markPrivate(
  ports: MarkPorts,
  { archiveId, mailboxId, by }: { readonly archiveId: string; readonly mailboxId: string; readonly by: string },
): Promise<void> {
  const mark = { by, at: ports.clock.now().toISOString() };
  await changeFilings(ports, archiveId, mailboxId, (filing) =>
    filing.private ? filing : { ...filing, private: mark },
  );
}

/** Takes the mark away from all filings in a mailbox; safe to repeat. Throws `NotFoundError`. */
export async function unmarkPrivate(
  ports: MarkPorts,
  { archiveId, mailboxId }: { readonly archiveId: string; readonly mailboxId: string },
): Promise<void> {
  await changeFilings(ports, archiveId, mailboxId, (filing) => {
    const { private: _mark, ...rest } = filing;
    return filing.private ? rest : filing;
  });
}

async function changeFilings(
  ports: MarkPorts,
  archiveId: string,
  mailboxId: string,
  change: (filing: Filing) => Filing,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const items = await filingItems(ports, archiveId, mailboxId);
    if (items.every((item) => item.data.removedAt !== undefined)) throw new NotFoundError(`message ${archiveId}`);
    try {
      for (const item of items) await replaced(ports, item, change);
      await markInIndex(ports, archiveId);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** A mark counts in all mailboxes that the message is in. */
async function markInIndex(ports: MarkPorts, archiveId: string): Promise<void> {
  const record = await ports.tables.get('messages', recordKey(archiveId));
  if (!record) return;
  const { archivedAt } = typed<MessageRecord>(record).data;
  const filings = await filingItems(ports, archiveId);
  const mailboxIds = [...new Set(filings.map(({ data }) => data.mailboxId))];
  await markMessages(ports, [{ archiveId, archivedAt, mailboxIds }]);
}

async function replaced(ports: MarkPorts, item: Item<Filing>, change: (filing: Filing) => Filing): Promise<void> {
  const changed = change(item.data);
  if (changed === item.data) return;
  const list = item.indexes?.list;
  const current = { ...item, data: dataOf(item.data) };
  await replaceLogged(ports, 'messages', current, { data: dataOf(changed), ...(list ? { indexes: { list } } : {}) });
}

/** Removed filings as well: a mark outlives the removal of the message from the folder. */
async function filingItems(ports: MarkPorts, archiveId: string, mailboxId?: string): Promise<readonly Item<Filing>[]> {
  const items: Item<Filing>[] = [];
  const prefix = mailboxId === undefined ? FILING_PREFIX : `${FILING_PREFIX}${mailboxId}#`;
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix })) {
    items.push(typed<Filing>(item));
  }
  return items;
}
