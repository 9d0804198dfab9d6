import { listedFilings } from '../../domain/filing-place.ts';
import type { FilingMover } from '../../domain/message.ts';
import { type FilingPorts, filingItems } from './mailbox-filings.ts';
import { moveFilings } from './move-filing.ts';

/** A message, and a folder that it may lie in by more than one filing. */
interface FolderMessage {
  readonly archiveId: string;
  readonly mailboxId: string;
  readonly folder: string;
}

/**
 * Has messages stand once in a folder: a copy that was filed where another filing had been moved to makes one with it.
 * What is being purged or changed stays as it is. Safe to repeat. Throws `StorageError`.
 */
export async function showOnce(ports: FilingPorts, messages: readonly FolderMessage[], by: FilingMover): Promise<void> {
  const twice = await Promise.all(
    messages.map(async ({ archiveId, mailboxId, folder }) => {
      const filings = listedFilings((await filingItems(ports, archiveId, mailboxId)).map(({ data }) => data));
      const [first, second] = filings.filter((filing) => filing.folder === folder);
      return first && second ? [{ archiveId, mailboxId, folder, originFolder: first.originFolder }] : [];
    }),
  );
  await moveFilings(ports, twice.flat(), by);
}
