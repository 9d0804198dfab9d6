import type { Address } from '../../domain/address.ts';
import type { FilingBasis } from '../../domain/arrival.ts';
import { isRestricted, shownBy } from '../../domain/filing-place.ts';
import type { JournalReport } from '../../domain/journal-report.ts';
import type { ArrivalReference, Filing, MessageRecord, MessageSummary } from '../../domain/message.ts';
import type { AttachmentContent, AttachmentFacts, OriginalFacts, OriginalView } from '../../domain/original.ts';
import { NotFoundError } from '../../errors.ts';
import { readOriginal } from '../../mail/read-original.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { FILING_PREFIX, messagePartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { journalOf } from './journal-of.ts';
import { liveRecord, type ReadingPorts, readStoredOriginal, renditionsOf } from './stored-original.ts';
import { type MessageVersion, versionsOf } from './versions-of.ts';
import { viewOf } from './view-of.ts';

/** A filing as a reader of its mailbox may know it. */
interface MessageFiling {
  readonly mailboxId: string;
  readonly folder: string;
  readonly basis: FilingBasis;
}

/** A filing with what only decides who may see what. */
export interface KnownFiling extends MessageFiling {
  /** Where it was first filed, wherever it lies now. */
  readonly originFolder: string;
  /** When it arrived in this mailbox. */
  readonly receivedAt: string;
  /** Marked private by the mailbox's owner. */
  readonly isPrivate?: true;
  /** Says that access to the message is restricted. */
  readonly isRestricted?: true;
  /** Removed, so nobody's to read by any more; named only because what it says of the message still holds. */
  readonly isRemoved?: true;
  /** Merged into another filing, whose folder it has: evidence of how the message came, no place of its own. */
  readonly isMerged?: true;
}

/** All that a message's view shows, before anything is kept from its reader. */
export interface MessageView {
  readonly archiveId: string;
  readonly messageId: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly archivedAt: string;
  readonly receivedAt: string;
  readonly date: string;
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc?: readonly Address[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly truncated?: boolean;
  /** Where reading it failed: text and attachments are missing then, the raw message is not. */
  readonly unreadable?: boolean;
  readonly attachments: readonly AttachmentFacts[];
  /** What journal reports say of it; blind copies included. */
  readonly journal?: JournalReport;
  /** Other messages with the same Message-ID, at most 20; whether the reader may know of them is not asked here. */
  readonly versions: readonly MessageVersion[];
  readonly renditions: readonly Pick<ArrivalReference, 'contentHash' | 'sizeBytes' | 'receivedAt'>[];
}

/** The filings through which people see a message, and the removed ones that are still marked private or restricted. */
export async function filingsOf(ports: Pick<Ports, 'tables'>, archiveId: string): Promise<readonly KnownFiling[]> {
  const all: Filing[] = [];
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: FILING_PREFIX })) {
    all.push(typed<Filing>(item).data);
  }
  return all.flatMap((filing): readonly KnownFiling[] => {
    const { mailboxId, basis, originFolder, summary, private: mark } = filing;
    const shown = shownBy(filing, all);
    const restricted = isRestricted(filing);
    if (!shown && mark === undefined && !restricted) return [];
    const { folder } = shown ?? filing;
    const { receivedAt } = summary;
    const known: KnownFiling = { mailboxId, folder, basis, originFolder, receivedAt };
    return [
      {
        ...known,
        ...(mark ? { isPrivate: true as const } : {}),
        ...(restricted ? { isRestricted: true as const } : {}),
        ...(shown ? {} : { isRemoved: true as const }),
        ...(shown && shown !== filing ? { isMerged: true as const } : {}),
      },
    ];
  });
}

/** What lists show of a live message; throws `NotFoundError`. */
export async function readSummary(
  ports: Pick<Ports, 'tables'>,
  archiveId: string,
): Promise<MessageSummary & Pick<MessageRecord, 'archivedAt' | 'messageId'>> {
  const { summary, archivedAt, messageId } = await liveRecord(ports, archiveId);
  return messageId === undefined ? { ...summary, archivedAt } : { ...summary, archivedAt, messageId };
}

/** The view of a live message, made from the bytes of its first original. Throws `NotFoundError`, `DamagedError`. */
export async function readMessage(ports: ReadingPorts, archiveId: string): Promise<MessageView> {
  const record = await liveRecord(ports, archiveId);
  const stored = await readStoredOriginal(ports, archiveId, record.first);
  const facts = readOriginal(stored.original);
  if (!facts) throw new NotFoundError(`message ${archiveId}`);
  const [view, renditions, journal] = await Promise.all([
    viewOf(ports, stored.original),
    renditionsOf(ports, archiveId, record),
    journalOf(ports, archiveId, stored),
  ]);
  const versions = await versionsOf(ports, archiveId, { facts, view });
  return { ...messageView(archiveId, record, facts, view, renditions), versions, ...(journal ? { journal } : {}) };
}

function messageView(
  archiveId: string,
  record: MessageRecord,
  facts: OriginalFacts,
  view: OriginalView,
  renditions: readonly ArrivalReference[],
): Omit<MessageView, 'versions'> {
  const { date, receivedAt } = record.summary;
  return {
    archiveId,
    messageId: facts.messageId ?? '',
    contentHash: facts.contentHash,
    sizeBytes: facts.sizeBytes,
    archivedAt: record.archivedAt,
    receivedAt,
    date,
    from: facts.from,
    to: facts.to,
    cc: facts.cc,
    ...(facts.bcc.length > 0 ? { bcc: facts.bcc } : {}),
    subject: facts.subject,
    text: view.text,
    ...(view.html === undefined ? {} : { html: view.html }),
    ...(view.truncated ? { truncated: true } : {}),
    ...(view.unreadable ? { unreadable: true } : {}),
    attachments: view.attachments,
    renditions: renditions.map(({ contentHash, sizeBytes, receivedAt: at }) => ({
      contentHash,
      sizeBytes,
      receivedAt: at,
    })),
  };
}

/** The exact bytes of a rendition, by its content hash; of the first one without. Throws `NotFoundError`, `DamagedError`. */
export async function readRaw(ports: ReadingPorts, archiveId: string, contentHash?: string): Promise<Uint8Array> {
  const record = await liveRecord(ports, archiveId);
  const renditions = contentHash === undefined ? [record.first] : await renditionsOf(ports, archiveId, record);
  const reference = renditions.find((rendition) => (contentHash ?? rendition.contentHash) === rendition.contentHash);
  if (!reference) throw new NotFoundError(`rendition ${contentHash} of message ${archiveId}`);
  return (await readStoredOriginal(ports, archiveId, reference)).original;
}

/** An attachment by its index, decoded. Throws `NotFoundError`, `DamagedError`. */
export async function readMessageAttachment(
  ports: ReadingPorts,
  archiveId: string,
  index: number,
): Promise<AttachmentContent> {
  const attachment = await ports.reader.readAttachment(await readRaw(ports, archiveId), index);
  if (!attachment) throw new NotFoundError(`attachment ${index} of message ${archiveId}`);
  return attachment;
}
