import type { Address } from '../../../domain/address.ts';
import { SENT } from '../../../domain/archive-folder.ts';
import type { Mailbox } from '../../../domain/mailbox.ts';
import type { Filing, MessageRecord } from '../../../domain/message.ts';
import { sortDate } from '../../../domain/sort-date.ts';
import { DamagedError, UnreadableError } from '../../../errors.ts';
import type { MessageToWrite } from '../../../ports/segment-writer.ts';
import { FLAGS, type FlagName } from '../../../search/index-document.ts';
import { addressTexts, type MessageTexts } from '../message-texts.ts';
import { blindCopies } from './blind-copies.ts';
import type { IndexContext } from './index-context.ts';
import type { MessageContent } from './message-contents.ts';
import type { PresentState } from './present-state.ts';

/** A message that is to be found in a mailbox. */
export interface FiledMessage extends PresentState {
  readonly record: MessageRecord;
  readonly filings: readonly [Filing, ...Filing[]];
}

/** Flags that filings decide, in whichever mailbox they are; the others come from the bytes. */
export const FILING_FLAGS = FLAGS.sent | FLAGS.received | FLAGS.private | FLAGS.covered | FLAGS.restricted;

/** Those of a message's flags that filings decide. */
export function filingFlags({ filings, isPrivate, isCovered, isRestricted }: PresentState): number {
  const isSent = filings.some(({ originFolder }) => originFolder === SENT);
  const isReceived = filings.some(({ originFolder }) => originFolder !== SENT);
  return (
    (isSent ? FLAGS.sent : 0) |
    (isReceived ? FLAGS.received : 0) |
    (isPrivate ? FLAGS.private : 0) |
    (isCovered ? FLAGS.covered : 0) |
    (isRestricted ? FLAGS.restricted : 0)
  );
}

/** The folders of a message, each once, in the order of their names. */
export function foldersOf({ filings }: PresentState): readonly string[] {
  return [...new Set(filings.map(({ folder }) => folder))].toSorted();
}

/**
 * The document of a message in a mailbox. One whose bytes are damaged, kill their reader, or are not to be read, is found
 * by its summary. Throws `StorageError` where it cannot be read now.
 */
export async function buildDocument(
  context: IndexContext,
  mailbox: Pick<Mailbox, 'primaryAddress' | 'secondaryAddresses' | 'endpointId'>,
  message: FiledMessage,
  isBySummary = false,
): Promise<MessageToWrite> {
  if (isBySummary) return documentOf(mailbox, message, { texts: textsOfSummary(message) });
  try {
    return await wholeDocument(context, mailbox, message);
  } catch (error) {
    if (!(error instanceof DamagedError || error instanceof UnreadableError)) throw error;
    context.ports.logs.error('message indexed by its summary only', { archiveId: message.archiveId, error });
    return documentOf(mailbox, message, { texts: textsOfSummary(message) });
  }
}

/** As `buildDocument`, of all that the message says. Throws `DamagedError` and `UnreadableError` beside. */
export async function wholeDocument(
  context: Pick<IndexContext, 'ports' | 'settings' | 'budget' | 'contents'>,
  mailbox: Pick<Mailbox, 'primaryAddress' | 'secondaryAddresses' | 'endpointId'>,
  message: FiledMessage,
): Promise<MessageToWrite> {
  return documentOf(mailbox, message, await context.contents.read(context, message));
}

/** Whom readers of the mailbox may find, beside those in To and Cc, and whom auditors alone. */
export function blindCopiesOf(
  mailbox: Parameters<typeof blindCopies>[0],
  { filings }: Pick<FiledMessage, 'filings'>,
  { texts, journal }: MessageContent,
): ReturnType<typeof blindCopies> {
  const hasSent = filings.some(({ originFolder }) => originFolder === SENT);
  const { from = [], to = [], cc = [], report } = journal ?? {};
  return blindCopies(mailbox, hasSent, { from, to, cc, bcc: texts.bcc, ...(report ? { journal: report } : {}) });
}

function documentOf(
  mailbox: Parameters<typeof blindCopies>[0],
  message: FiledMessage,
  content: MessageContent,
): MessageToWrite {
  const { texts } = content;
  const summary = earliest(message.filings).summary;
  const receivedAt = new Date(summary.receivedAt);
  const blind = blindCopiesOf(mailbox, message, content);
  return {
    archiveId: message.archiveId,
    summary,
    sortDate: sortDate(new Date(summary.date), receivedAt).getTime(),
    receivedAt: receivedAt.getTime(),
    flags: texts.flags.reduce((sum, name: FlagName) => sum | FLAGS[name], filingFlags(message)),
    folders: foldersOf(message),
    sender: texts.sender,
    attachmentTypes: texts.attachmentTypes,
    texts: [
      ...texts.texts,
      ...addressTexts('from', reportedSenders(content)),
      ...addressTexts('bcc', blind.open),
      ...addressTexts('hiddenBcc', blind.hidden),
    ],
  };
}

/** Who sent it by the word of the journal report, where the message does not say so: somebody who may send in another's name. */
function reportedSenders({ texts, journal }: MessageContent): readonly Address[] {
  if (!journal) return [];
  const { sender, onBehalfOf = '' } = journal.report;
  const named = texts.texts.filter(({ field }) => field === 'from').map(({ text }) => text.toLowerCase());
  const isNew = (address: string) => address !== '' && !named.some((text) => text.includes(address.toLowerCase()));
  return [...new Set([sender, onBehalfOf])].filter(isNew).map((address) => ({ address }));
}

/** The way a message came into a mailbox first is how lists of it show it. */
function earliest(filings: readonly [Filing, ...Filing[]]): Filing {
  return filings.reduce((first, filing) => (filing.summary.receivedAt < first.summary.receivedAt ? filing : first));
}

function textsOfSummary({ record: { summary, messageId } }: FiledMessage): MessageTexts {
  const { from, to, subject, hasAttachments } = summary;
  return {
    texts: [
      ...addressTexts('from', [from]),
      ...addressTexts('to', to),
      { field: 'subject', text: subject },
      ...(messageId === undefined ? [] : [{ field: 'messageId' as const, text: messageId }]),
    ],
    bcc: [],
    attachmentTypes: [],
    flags: hasAttachments ? ['hasAttachments'] : [],
    sender: from.address.toLowerCase(),
  };
}
