import type { Filing } from '../../domain/message.ts';
import { ConflictError } from '../../errors.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { type FilingItem, type FilingPorts, filingItems, logLeftovers } from './mailbox-filings.ts';

/** How often filings are read again where others change them, or file the message, at the same time. */
const MAX_PASSES = 8;

/**
 * Changes what is said of a message in its filings, of one mailbox or of all, the removed and merged ones too; where
 * they lie stays as it is. What `decide` gives answers the very filing where nothing is to be changed. It is asked
 * again before each pass over the filings, until there is nothing more to change: so no filing that came meanwhile is
 * left out, and nobody goes on with what is no longer true. Answers the filings then. Throws `ConflictError` where
 * others change them all the time, `StorageError`.
 */
export async function changeFilings(
  ports: Pick<FilingPorts, 'tables' | 'log'>,
  { archiveId, mailboxId }: { readonly archiveId: string; readonly mailboxId?: string },
  decide: () => Promise<(filing: Filing) => Filing>,
): Promise<readonly Filing[]> {
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const change = await decide();
    const items = await filingItems(ports, archiveId, mailboxId);
    const isChanged = await changeSome(ports, items, change);
    if (isChanged) continue;
    // An attempt that died may have changed them.
    await logLeftovers(ports, items);
    return items.map(({ data }) => data);
  }
  throw new ConflictError(`filings of message ${archiveId} are changed all the time`);
}

/** Whether there was anything to change. */
async function changeSome(
  ports: Pick<FilingPorts, 'tables' | 'log'>,
  items: readonly FilingItem[],
  change: (filing: Filing) => Filing,
): Promise<boolean> {
  let isChanged = false;
  for (const item of items) {
    const changed = change(item.data);
    if (changed === item.data) continue;
    isChanged = true;
    const list = item.indexes?.list;
    const current = { ...item, data: dataOf(item.data) };
    try {
      await replaceLogged(ports, 'messages', current, {
        data: dataOf(changed),
        ...(list ? { indexes: { list } } : {}),
      });
    } catch (error) {
      // Somebody moved it: it is read again.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  return isChanged;
}
