import { isRestricted, presentFilings } from '../../../domain/filing-place.ts';
import type { LedgerEntry } from '../../../domain/ledger-entry.ts';
import type { Mailbox } from '../../../domain/mailbox.ts';
import type { Filing, MessageRecord } from '../../../domain/message.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Item } from '../../../ports/tables.ts';
import { typed } from '../../item-data.ts';
import { ARRIVAL_PREFIX, FILING_PREFIX, messagePartition, recordKey } from '../../message-keys.ts';
import { queryAll } from '../../query-all.ts';
import { MAX_LATER_REPORTS as MAX_LATER_ARRIVALS } from '../../reading/journal-of.ts';

/** What the tables say of a message in a mailbox. */
export interface PresentState {
  readonly archiveId: string;
  /** Absent where the message was purged. */
  readonly record?: MessageRecord;
  /**
   * Those in this mailbox that nobody removed, merged ones in the folder that shows them; none where the message is not
   * to be found there.
   */
  readonly filings: readonly Filing[];
  /** When its arrivals in this mailbox were received, removed ones too: the index has it under one of these. */
  readonly receivedAts: readonly number[];
  /** Marked private in any mailbox. */
  readonly isPrivate: boolean;
  /** Access to it is restricted, as a filing in any mailbox says. */
  readonly isRestricted: boolean;
  /** It lies in the mailbox of an endpoint too, and this is none. */
  readonly isCovered: boolean;
  /** The other mailboxes it is or was filed in. */
  readonly otherMailboxIds: readonly string[];
  /** Ids of the arrivals after the first, at most so many as are read for their reports. */
  readonly laterArrivals: readonly string[];
}

/** Items of most messages are read at once; what has more of them is read kind by kind. */
const MOST_ITEMS = 60;

/** Answers may be a few seconds old. */
export interface MailboxDirectory {
  mailbox(mailboxId: string): Promise<Mailbox | undefined>;
}

/** Reads it consistently: what was changed before a mark was put is seen by whoever saw the mark. */
export async function presentState(
  { ports, directory }: { readonly ports: Pick<Ports, 'tables'>; readonly directory: MailboxDirectory },
  mailboxId: string,
  archiveId: string,
): Promise<PresentState> {
  const { filings, record, laterArrivals } = await readItems(ports, archiveId);
  const isThere = record !== undefined && record.state !== 'purged';
  const present = isThere ? presentFilings(filings) : [];
  const own = filings.filter((filing) => filing.mailboxId === mailboxId);
  return {
    archiveId,
    ...(isThere ? { record } : {}),
    filings: present.filter((filing) => filing.mailboxId === mailboxId),
    receivedAts: own.map(({ summary }) => Date.parse(summary.receivedAt)),
    isPrivate: filings.some((filing) => filing.private !== undefined),
    isRestricted: filings.some(isRestricted),
    isCovered: await isCovered({ directory }, mailboxId, present),
    otherMailboxIds: [...new Set(filings.map((filing) => filing.mailboxId))].filter((id) => id !== mailboxId),
    laterArrivals,
  };
}

interface MessageItems {
  readonly filings: readonly Filing[];
  readonly record: MessageRecord | undefined;
  readonly laterArrivals: readonly string[];
}

async function readItems(ports: Pick<Ports, 'tables'>, archiveId: string): Promise<MessageItems> {
  const partition = messagePartition(archiveId);
  const { items, cursor } = await ports.tables.query('messages', partition, { limit: MOST_ITEMS });
  if (cursor === undefined) return sorted(items);
  const options = { prefix: ARRIVAL_PREFIX, limit: MAX_LATER_ARRIVALS };
  const arrivals = await ports.tables.query('messages', partition, options);
  const filings: Item[] = [];
  for await (const item of queryAll(ports, 'messages', partition, { prefix: FILING_PREFIX })) filings.push(item);
  const record = await ports.tables.get('messages', recordKey(archiveId));
  return sorted([...arrivals.items, ...filings, ...(record ? [record] : [])]);
}

function sorted(items: readonly Item[]): MessageItems {
  const record = items.find(({ sk }) => sk === recordKey('').sk);
  const ofKind = (prefix: string) => items.filter(({ sk }) => sk.startsWith(prefix));
  const arrivals = ofKind(ARRIVAL_PREFIX).slice(0, MAX_LATER_ARRIVALS);
  return {
    filings: ofKind(FILING_PREFIX).map((item) => typed<Filing>(item).data),
    record: record && typed<MessageRecord>(record).data,
    laterArrivals: arrivals.map((item) => typed<LedgerEntry>(item).data.arrivalId),
  };
}

async function isCovered(
  { directory }: { readonly directory: MailboxDirectory },
  mailboxId: string,
  present: readonly Filing[],
): Promise<boolean> {
  const own = await directory.mailbox(mailboxId);
  if (own?.endpointId !== undefined) return false;
  const others = new Set(present.map((filing) => filing.mailboxId));
  const mailboxes = await Promise.all([...others].map((id) => directory.mailbox(id)));
  return mailboxes.some((mailbox) => mailbox?.endpointId !== undefined);
}
