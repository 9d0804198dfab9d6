import { chosenFolder, folderNameFault, isOwnFolder, renamedFolder } from '../../domain/folder-name.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing, FilingMover } from '../../domain/message.ts';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { folderListPartition } from '../message-keys.ts';
import type { FilingPorts } from './mailbox-filings.ts';
import { moveFilings } from './move-filing.ts';
import type { WantedMove } from './move-run.ts';
import { openFolder } from './open-folder.ts';
import { removeFolder } from './remove-folders.ts';
import { isEmpty, knownFolders } from './shown-folders.ts';

/** That a folder, and what lies below it, gets another name. */
export interface FolderRename {
  readonly mailboxId: string;
  readonly from: string;
  readonly to: string;
  readonly by: FilingMover;
}

export interface RenameCounts {
  readonly folders: number;
  readonly messages: number;
  /** Messages that stayed, because they were being purged or changed all the time. */
  readonly left: number;
}

/** How far a rename has come: the last folder that is done, and the place in the lists of the next one. */
export interface RenameCheckpoint {
  readonly rename: FolderRename;
  readonly counts: RenameCounts;
  readonly after?: string;
}

/** Rows of one page of a folder's list, which are moved together. */
const PAGE = 200;
/** How often a folder is gone through: mail that arrives in it meanwhile moves too. */
const MAX_PASSES = 3;

/**
 * What is to be renamed, checked. Names are those of `folderNameFault`; `Inbox` and `Sent` keep theirs, because new mail is
 * filed there; a folder cannot move into itself. Throws `InvalidRequestError`, `NotFoundError` where there is no such folder.
 */
export async function checkRename(
  ports: Pick<Ports, 'tables'>,
  mailbox: Mailbox,
  { from, to: chosen, by }: Pick<FolderRename, 'from' | 'to' | 'by'>,
): Promise<FolderRename> {
  const to = chosenFolder(chosen);
  if (isOwnFolder(from)) {
    throw new InvalidRequestError(`new mail is filed in ${from}, which keeps its name; move its messages instead`);
  }
  let isThere = false;
  for await (const { folder, isRemoved } of knownFolders(ports, mailbox.mailboxId, from)) {
    if (isRemoved && (await isEmpty(ports, mailbox, folder))) continue;
    isThere = true;
    const renamed = renamedFolder(folder, from, to) ?? to;
    const fault = folderNameFault(renamed);
    if (fault !== undefined) throw new InvalidRequestError(fault);
    if (renamedFolder(renamed, from, to) !== undefined) {
      throw new InvalidRequestError('a folder cannot be renamed to itself, or moved below itself');
    }
  }
  if (!isThere) throw new NotFoundError('folder');
  return { mailboxId: mailbox.mailboxId, from, to, by };
}

/** The beginning of a rename that was checked. */
export function renameFrom(rename: FolderRename): RenameCheckpoint {
  return { rename, counts: { folders: 0, messages: 0, left: 0 } };
}

/**
 * Renames a folder with those below it for as long as `mayGoOn`; `rest` is where the next slice begins. Each folder is
 * opened under its new name, its messages move, then the old one is removed: at any time a message lies in one of
 * them. Safe to repeat. Throws `StorageError`.
 */
export async function renameFolder(
  ports: FilingPorts,
  mailbox: Pick<Mailbox, 'mailboxId' | 'listShards'>,
  checkpoint: RenameCheckpoint,
  mayGoOn: (counts: RenameCounts) => boolean,
): Promise<{ readonly counts: RenameCounts; readonly rest?: RenameCheckpoint }> {
  const { rename, after } = checkpoint;
  let { counts } = checkpoint;
  let last = after === undefined ? {} : { after };
  for await (const { folder, isRemoved } of knownFolders(ports, mailbox.mailboxId, rename.from)) {
    const to = renamedFolder(folder, rename.from, rename.to);
    if ((after !== undefined && folder <= after) || to === undefined || folderNameFault(to) !== undefined) continue;
    if (isRemoved && (await isEmpty(ports, mailbox, folder))) continue;
    await openFolder(ports, mailbox.mailboxId, to);
    for await (const moved of emptied(ports, mailbox, { folder, to, by: rename.by })) {
      counts = { ...counts, messages: counts.messages + moved.messages, left: counts.left + moved.left };
      if (!mayGoOn(counts)) return { counts, rest: { rename, counts, ...last } };
    }
    await removeFolder(ports, mailbox.mailboxId, folder);
    counts = { ...counts, folders: counts.folders + 1 };
    last = { after: folder };
  }
  return { counts };
}

/** Moves what lies in a folder, page by page. */
async function* emptied(
  ports: FilingPorts,
  { mailboxId, listShards }: Pick<Mailbox, 'mailboxId' | 'listShards'>,
  { folder, to, by }: { readonly folder: string; readonly to: string; readonly by: FilingMover },
): AsyncIterable<Pick<RenameCounts, 'messages' | 'left'>> {
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    let moved = 0;
    for (let shard = 0; shard < listShards; shard += 1) {
      let cursor: string | undefined;
      do {
        const partition = folderListPartition(mailboxId, shard, folder);
        const options = cursor === undefined ? { limit: PAGE } : { limit: PAGE, cursor };
        const page = await ports.tables.queryIndex('messages', 'list', partition, options);
        const moves = page.items.map((item): WantedMove => {
          const { originFolder } = typed<Filing>(item).data;
          const archiveId = item.pk.slice(item.pk.indexOf('#') + 1);
          return { archiveId, mailboxId, originFolder, folder: to, from: folder };
        });
        const results = await moveFilings(ports, moves, by);
        const messages = results.filter((result) => 'outcome' in result && isMove(result.outcome)).length;
        const left = results.filter((result) => 'error' in result).length;
        moved += messages;
        // Where nothing was found nothing was done: a slice that ended there would never get on.
        if (moves.length > 0) yield { messages, left: pass === 1 ? left : 0 };
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
    if (moved === 0) return;
  }
}

function isMove(outcome: string): boolean {
  return outcome === 'moved' || outcome === 'merged';
}
