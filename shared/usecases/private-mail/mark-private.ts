import type { Filing } from '../../domain/message.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { FILING_PREFIX, messagePartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

type MarkPorts = Pick<Ports, 'tables' | 'log' | 'clock'>;

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
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function replaced(ports: MarkPorts, item: Item<Filing>, change: (filing: Filing) => Filing): Promise<void> {
  const changed = change(item.data);
  if (changed === item.data) return;
  const list = item.indexes?.list;
  const current = { ...item, data: dataOf(item.data) };
  await replaceLogged(ports, 'messages', current, { data: dataOf(changed), ...(list ? { indexes: { list } } : {}) });
}

/** Removed filings as well: a mark outlives the removal of the message from the folder. */
async function filingItems(ports: MarkPorts, archiveId: string, mailboxId: string): Promise<readonly Item<Filing>[]> {
  const items: Item<Filing>[] = [];
  const prefix = `${FILING_PREFIX}${mailboxId}#`;
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix })) {
    items.push(typed<Filing>(item));
  }
  return items;
}
