import { normaliseAddress, withoutDetail } from '../../domain/address.ts';
import { presentFilings } from '../../domain/filing-place.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing, MessageRecord } from '../../domain/message.ts';
import { DamagedError, NotFoundError } from '../../errors.ts';
import { type NamedPeople, peopleOf } from '../../mail/people-of.ts';
import { redactBcc } from '../../mail/redact-bcc.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { addressesOf } from '../mailboxes/address-claims.ts';
import { findMailbox } from '../mailboxes/find-mailboxes.ts';
import { FILING_PREFIX, messagePartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { type ReadingPorts, readStoredOriginal } from '../reading/stored-original.ts';
import { type WhyContext, type WhyKept, whyKept } from '../retention/why-kept.ts';
import type { IndexRow } from './export-index.ts';

/** What messages are exported with. */
export interface ExportContext extends WhyContext {
  readonly ports: WhyContext['ports'] & ReadingPorts & Pick<Ports, 'derived' | 'log'>;
}

/** For whom messages are exported, and when. */
export interface ExportReader {
  /** Normalised addresses of the person. */
  readonly addresses: ReadonlySet<string>;
  readonly now: Date;
}

export type ExportOutcome = 'exported' | 'gone' | 'damaged';

/** A message as the person gets it. */
export interface ExportedMessage {
  readonly outcome: ExportOutcome;
  readonly row: IndexRow;
  /** The original; absent where it could not be read. */
  readonly bytes?: Uint8Array;
}

/**
 * Reads a message for the person whom a request is about: its first original, with blind copies reduced to that person's own
 * addresses unless the person wrote it, and what the index says of it. Throws `StorageError`.
 */
export async function exportedMessage(
  context: ExportContext,
  archiveId: string,
  reader: ExportReader,
): Promise<ExportedMessage> {
  const item = await context.ports.tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (!record || record.state === 'purged') return { outcome: 'gone', row: { archiveId, note: 'deleted' } };
  // Whether it goes is being decided: until then it is nobody's to read.
  if (record.state === 'purging') return { outcome: 'damaged', row: { archiveId, note: 'being_deleted' } };
  try {
    return await liveMessage(context, archiveId, record, reader);
  } catch (error) {
    if (!(error instanceof DamagedError) && !(error instanceof NotFoundError)) throw error;
    // It may have gone while it was read.
    if (!(await isLive(context.ports, archiveId))) return { outcome: 'gone', row: { archiveId, note: 'deleted' } };
    const { summary, archivedAt } = record;
    return { outcome: 'damaged', row: { archiveId, note: 'unreadable', summary, archivedAt } };
  }
}

async function liveMessage(
  context: ExportContext,
  archiveId: string,
  { first, summary, archivedAt }: MessageRecord,
  reader: ExportReader,
): Promise<ExportedMessage> {
  const { original } = await readStoredOriginal(context.ports, archiveId, first);
  const people = peopleOf(original);
  const seesAll = wroteIt(people, reader.addresses);
  const why = await reasons(context, archiveId, reader.now);
  const known = seesAll ? undefined : new Set([...reader.addresses, ...people.all]);
  const row: IndexRow = {
    archiveId,
    fileName: fileNameOf(archiveId, summary.date, summary.receivedAt),
    summary,
    mailboxes: await mailboxesOf(context.ports, archiveId, known),
    archivedAt,
    ...(why ? { why } : { note: 'retention_unknown' }),
  };
  return { outcome: 'exported', row, bytes: seesAll ? original : redactBcc(original, reader.addresses).bytes };
}

/** Whoever sent it on has blind copies of their own, which are not the author's to see. */
function wroteIt({ authors, resenders }: NamedPeople, own: ReadonlySet<string>): boolean {
  const isOwn = (address: string) => own.has(address) || own.has(withoutDetail(address) ?? '');
  return [...authors].some(isOwn) && (resenders.size === 0 || [...resenders].every(isOwn));
}

/** Where nobody can say until when it is kept, there is the message all the same. */
async function reasons(context: ExportContext, archiveId: string, now: Date): Promise<WhyKept | undefined> {
  try {
    return await whyKept(context, archiveId, now);
  } catch (error) {
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}

/**
 * The names of the mailboxes that the message lies in, in their order. Another's mailbox tells of a blind copy where
 * nothing in the message names its owner: then it is left out, unless `known` is. A journal has all mail.
 */
async function mailboxesOf(
  ports: Pick<Ports, 'tables'>,
  archiveId: string,
  known: ReadonlySet<string> | undefined,
): Promise<readonly string[]> {
  const filings: Filing[] = [];
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: FILING_PREFIX })) {
    filings.push(typed<Filing>(item).data);
  }
  const ids = new Set(presentFilings(filings).map(({ mailboxId }) => mailboxId));
  const mailboxes = await Promise.all([...ids].map((mailboxId) => findMailbox(ports, mailboxId)));
  const mayKnow = (mailbox: Mailbox) =>
    !known || mailbox.endpointId !== undefined || addressesOf(mailbox).some((address) => known.has(address));
  return mailboxes
    .filter((mailbox) => mailbox !== undefined)
    .filter(mayKnow)
    .map(({ name }) => name)
    .toSorted();
}

async function isLive({ tables }: Pick<Ports, 'tables'>, archiveId: string): Promise<boolean> {
  const item = await tables.get('messages', recordKey(archiveId));
  return item !== undefined && typed<MessageRecord>(item).data.state === 'live';
}

/** Begins with the day, so that files stand in order; senders have no say in the rest. */
function fileNameOf(archiveId: string, date: string, receivedAt: string): string {
  const day = /^\d{4}-\d\d-\d\d/.exec(date) ?? /^\d{4}-\d\d-\d\d/.exec(receivedAt);
  return `messages/${day?.[0] ?? 'undated'}_${archiveId}.eml`;
}

/** The addresses of the person whom a request is about. */
export function readerOf(addresses: readonly string[], now: Date): ExportReader {
  return { addresses: new Set(addresses.map(normaliseAddress)), now };
}
