import { SENT } from '../../domain/archive-folder.ts';
import type { FilingBasis } from '../../domain/arrival.ts';
import { listedFilings, shownBy } from '../../domain/filing-place.ts';
import type { Filing, FilingMover, MessageRecord, MessageSummary } from '../../domain/message.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, replaceLogged } from '../logged-item.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';
import { filingKey, recordKey } from '../message-keys.ts';
import { touchDays } from '../retention/candidate-days.ts';
import { markMessages } from '../search/index/mark-messages.ts';
import { changeableRecord, type FilingPorts, filingItems, listKeyOf, logLeftovers } from './mailbox-filings.ts';
import { moveFiling } from './move-filing.ts';
import { openFolder } from './open-folder.ts';
import { followRestriction } from './restrict-message.ts';

/** A message that is there, and which of its arrivals a further filing follows from. */
export interface FiledMessage {
  readonly archiveId: string;
  /**
   * The arrival whose evidence names the mailbox, with its summary (`receivedAt` is that of the arrival). Left out, the
   * filing follows from one in the same mailbox, else from the first arrival.
   */
  readonly arrival?: { readonly arrivalId: string; readonly summary: MessageSummary };
}

/** Where the message lies too. */
export interface FurtherFiling {
  readonly mailboxId: string;
  readonly folder: string;
  readonly basis: FilingBasis;
  /**
   * Whoever files knows the message with all its recipients: its bytes came from the live mailbox and have its
   * fingerprint. Else a filing of basis `folder` into `Sent` is none of a sender, who sees blind copies.
   */
  readonly hasOriginal?: boolean;
}

/**
 * `filed`; `there`: it lies in the folder already; `removed`: somebody removed it from there, or from all of the mailbox,
 * and it stays so.
 */
export type PutOutcome = 'filed' | 'there' | 'removed';

/** How often filings are read again where others change them at the same time. */
const MAX_ATTEMPTS = 8;

/** How many filings of a message may have come by one folder and lie elsewhere now. */
const MAX_ORIGINS = 50;

/**
 * Files a message that is there in a further folder, of the same mailbox or another. Where a filing was merged, that one
 * is shown again. Safe to repeat, and to be repeated where it failed: the index is told last.
 *
 * Throws `NotFoundError` where the message is not there (any more), `PurgingError` while a purge is undecided (later,
 * then; what was put by then counts if the message stays), `ConflictError`, `StorageError`.
 */
export async function putFiling(
  ports: FilingPorts,
  message: FiledMessage,
  further: FurtherFiling,
  by: FilingMover,
): Promise<PutOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToPut(ports, message, further, by);
    } catch (error) {
      if (error instanceof NotFoundError) await hideIfPurged(ports, message.archiveId, further);
      if (!(error instanceof ConflictError) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

async function tryToPut(
  ports: FilingPorts,
  message: FiledMessage,
  further: FurtherFiling,
  by: FilingMover,
): Promise<PutOutcome> {
  const { archiveId } = message;
  const { mailboxId, folder } = further;
  const mailbox = await getMailbox(ports, mailboxId);
  const record = await changeableRecord(ports, archiveId);
  const items = await filingItems(ports, archiveId, mailboxId);
  const filings = items.map(({ data }) => data);
  const listed = listedFilings(filings);
  if (listed.some((filing) => filing.folder === folder)) {
    // An attempt that died may have put it.
    await logLeftovers(ports, items);
    await followRestriction(ports, archiveId);
    await markEverywhere(ports, archiveId, record);
    return 'there';
  }
  if (filings.length > 0 && listed.length === 0) return 'removed';
  const originFolder = freeOrigin(further, filings);
  const taken = filings.find((filing) => filing.originFolder === originFolder);
  if (taken && !shownBy(taken, filings)) return 'removed';
  if (taken) {
    await moveFiling(ports, { archiveId, mailboxId, originFolder }, folder, by);
    return 'filed';
  }
  await openFolder(ports, mailboxId, folder);
  const moved = { by, at: ports.clock.now().toISOString() };
  const filing = { ...filingOf(message, record, further, listed[0]), originFolder, moved };
  const change = { data: dataOf(filing), indexes: { list: listKeyOf(archiveId, filing, mailbox) } };
  await createLogged(ports, 'messages', filingKey(archiveId, mailboxId, originFolder), change);
  // A purge that did not see the filing may have been decided meanwhile.
  await changeableRecord(ports, archiveId);
  await followRestriction(ports, archiveId);
  await markEverywhere(ports, archiveId, record);
  return 'filed';
}

/**
 * The folder itself, so that an arrival that brings the message there later finds it filed; another origin where that
 * filing lies elsewhere by now. One that was removed or merged is answered as well. Throws `ConflictError`.
 */
function freeOrigin({ folder, basis, hasOriginal }: FurtherFiling, filings: readonly Filing[]): string {
  const isOpen = (origin: string) =>
    filings.every((filing) => filing.originFolder !== origin || filing.removedAt !== undefined);
  if ((folder !== SENT || basis !== 'folder' || hasOriginal) && isOpen(folder)) return folder;
  for (let nth = 2; nth <= MAX_ORIGINS; nth += 1) if (isOpen(`${folder}#${nth}`)) return `${folder}#${nth}`;
  throw new ConflictError('the message came by that folder too often');
}

function filingOf(
  { arrival }: FiledMessage,
  record: MessageRecord,
  { mailboxId, folder, basis }: FurtherFiling,
  sibling: Filing | undefined,
): Omit<Filing, 'originFolder'> {
  const { arrivalId, summary } = arrival ?? sibling ?? { ...record.first, summary: record.summary };
  return { mailboxId, folder, basis, arrivalId, summary };
}

/** Nothing returns after the commit of a purge, so nothing that was put beside it may stay in a list. */
async function hideIfPurged(ports: FilingPorts, archiveId: string, further: FurtherFiling): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToHide(ports, archiveId, further);
    } catch (error) {
      // The purge itself takes out of the lists what it finds.
      if (!(error instanceof ConflictError) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

async function tryToHide(ports: FilingPorts, archiveId: string, { mailboxId, folder }: FurtherFiling): Promise<void> {
  const record = await ports.tables.get('messages', recordKey(archiveId));
  if (!record || typed<MessageRecord>(record).data.state !== 'purged') return;
  for (const item of await filingItems(ports, archiveId, mailboxId)) {
    const { data } = item;
    if (data.removedAt !== undefined || data.folder !== folder || data.moved === undefined) continue;
    const hidden: Filing = { ...data, removedAt: ports.clock.now().toISOString() };
    await replaceLogged(ports, 'messages', { ...item, data: dataOf(data) }, { data: dataOf(hidden) });
  }
}

/** What is true in one mailbox is told in the others too. */
async function markEverywhere(ports: FilingPorts, archiveId: string, record: MessageRecord): Promise<void> {
  // Policies may go by the folder.
  await touchDays(ports, [{ ...record, archiveId }]);
  const filings = await filingItems(ports, archiveId);
  const mailboxIds = [...new Set(filings.map(({ data }) => data.mailboxId))];
  await markMessages(ports, [{ archiveId, archivedAt: record.archivedAt, mailboxIds }]);
}
