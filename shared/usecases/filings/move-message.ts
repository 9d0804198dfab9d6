import { listedFilings } from '../../domain/filing-place.ts';
import { chosenFolder, folderNameFault } from '../../domain/folder-name.ts';
import type { FilingMover } from '../../domain/message.ts';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import { type FilingPorts, filingItems } from './mailbox-filings.ts';
import { moveFilings } from './move-filing.ts';

/** Where somebody wants a message to lie. */
export interface MessageMove {
  readonly archiveId: string;
  readonly mailboxId: string;
  readonly from: string;
  readonly to: string;
  readonly by: FilingMover;
}

/**
 * Moves a message from a folder of a mailbox to another, which is made where there is none, and answers its name. Safe to
 * repeat: what lies in `to` already is as it should be. Throws `InvalidRequestError` for a name that cannot be,
 * `NotFoundError` where the message lies in neither, `PurgingError`, `ConflictError`, `StorageError`.
 */
export async function moveMessage(ports: FilingPorts, move: MessageMove): Promise<string> {
  const { archiveId, mailboxId, from, by } = move;
  const folder = chosenFolder(move.to);
  const listed = listedFilings((await filingItems(ports, archiveId, mailboxId)).map(({ data }) => data));
  // A folder that is there has a name that can be, wherever it came from.
  const fault = listed.some((filing) => filing.folder === folder) ? undefined : folderNameFault(folder);
  if (fault !== undefined) throw new InvalidRequestError(fault);
  const there = listed.filter((filing) => filing.folder === from);
  const moving = there.length > 0 ? there : listed.filter((filing) => filing.folder === folder);
  if (moving.length === 0) throw new NotFoundError(`message ${archiveId} in that folder`);
  const moves = moving.map(({ originFolder }) => ({ archiveId, mailboxId, originFolder, folder, from }));
  for (const result of await moveFilings(ports, moves, by)) {
    if ('error' in result) throw result.error;
    if (result.outcome === 'elsewhere') throw new NotFoundError(`message ${archiveId} in that folder`);
  }
  return folder;
}
