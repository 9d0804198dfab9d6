import { messagePrefix } from '../../domain/archive-id.ts';
import type { ResolvedFiling } from '../../domain/arrival.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing, MessageRecord } from '../../domain/message.ts';
import { factsOfRecord, type MailboxOwner, type MailboxOwners } from '../../domain/retention/facts-of-record.ts';
import {
  type AddedRetention,
  fullRetention,
  type RecordedRetention,
  withArrival,
} from '../../domain/retention/recorded-retention.ts';
import type { RetentionFacts } from '../../domain/retention/retention-facts.ts';
import { DamagedError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { groupsAround } from '../access/access-book.ts';
import { mailboxKey } from '../configuration/configuration-keys.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { FACTS_PREFIX, FILING_PREFIX, LOCKED_PREFIX, messagePartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { readStored, type StoredDirectory } from './read-stored-arrival.ts';

export type FactsPorts = Pick<Ports, 'tables' | 'archive'>;

/** What facts are read with. */
export interface FactsContext {
  readonly ports: FactsPorts;
  /** Endpoints and own domains, for older records, whose arrivals are read. */
  readonly directory: StoredDirectory;
}

/** A message as retention sees it at one moment. */
export interface RetainedMessage {
  readonly record: MessageRecord;
  /** Removed ones too. */
  readonly filings: readonly Filing[];
  readonly facts: RetentionFacts;
  /** Until when storage has locked any of its arrivals, as far as the tables know. */
  readonly lockedUntil?: Date;
}

export interface FactsOptions {
  /** An arrival that is to join the message: the facts are those that it will have then. */
  readonly arriving?: { readonly retention: RecordedRetention; readonly filings: readonly ResolvedFiling[] };
  /** A record that was read consistently already; else it is read here. */
  readonly record?: MessageRecord;
  /** What mailboxes were found to be, for many messages with the same moment in mind. */
  readonly owners?: Map<string, MailboxOwner>;
}

/** How many arrivals of a message are read where its record is older than what retention asks for. */
const MAX_READ_ARRIVALS = 50;

/**
 * The facts of a message by consistent reads of its record, its filings, and the owners of its mailboxes. Throws
 * `NotFoundError` where there is none or it was purged, `DamagedError` where only arrivals could tell and none can be
 * read.
 */
export async function retainedMessage(
  { ports, directory }: FactsContext,
  archiveId: string,
  { record: known, owners = new Map(), arriving }: FactsOptions = {},
): Promise<RetainedMessage> {
  const record = known ?? (await recordOf(ports, archiveId));
  const { filings, added, locked } = await filingsAndFacts(ports, archiveId);
  const first = record.retention
    ? fullRetention(record.retention, record.first.receivedAt)
    : await readFromArrivals({ ports, directory }, archiveId);
  const all = arriving ? [...added, arriving] : added;
  const recorded = all.reduce((together, { retention }) => withArrival(together, retention), first);
  const lying = arriving ? [...filings, ...arriving.filings] : filings;
  const owning = await ownersOfMailboxes(ports, lying, owners);
  const lockedUntil = [record.lockedUntil ?? '', ...locked].toSorted().at(-1);
  return {
    record,
    filings,
    facts: factsOfRecord(record, recorded, lying, owning),
    ...(lockedUntil ? { lockedUntil: new Date(lockedUntil) } : {}),
  };
}

/** What is known of the mailboxes of these filings; `known` has what was asked before, and gets the rest. */
export async function ownersOfMailboxes(
  ports: Pick<Ports, 'tables'>,
  filings: readonly Pick<Filing, 'mailboxId'>[],
  known: Map<string, MailboxOwner> = new Map(),
): Promise<MailboxOwners> {
  const mailboxIds = new Set(filings.map(({ mailboxId }) => mailboxId));
  await Promise.all([...mailboxIds].map(async (mailboxId) => await askOwner(ports, mailboxId, known)));
  return known;
}

async function recordOf({ tables }: FactsPorts, archiveId: string): Promise<MessageRecord> {
  const item = await tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (!record || record.state === 'purged') throw new NotFoundError(`message ${archiveId}`);
  return record;
}

/** One query: facts stand right before filings. */
async function filingsAndFacts(ports: FactsPorts, archiveId: string) {
  const filings: Filing[] = [];
  const added: AddedRetention[] = [];
  const locked: string[] = [];
  const range = { from: FACTS_PREFIX, to: `${FILING_PREFIX}\u{10ffff}` };
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), range)) {
    if (item.sk.startsWith(FILING_PREFIX)) filings.push(typed<Filing>(item).data);
    else if (item.sk.startsWith(LOCKED_PREFIX)) locked.push(item.sk.slice(LOCKED_PREFIX.length));
    else if (item.sk.startsWith(FACTS_PREFIX)) added.push(typed<AddedRetention>(item).data);
  }
  return { filings, added, locked };
}

async function askOwner(
  ports: Pick<Ports, 'tables'>,
  mailboxId: string,
  known: Map<string, MailboxOwner>,
): Promise<void> {
  if (known.has(mailboxId)) return;
  const item = await getLogged(ports, 'configuration', mailboxKey(mailboxId));
  const { endpointId, ownerId } = item ? typed<Mailbox>(item).data : {};
  const groups = ownerId === undefined ? [] : await groupsOf(ports, ownerId);
  known.set(mailboxId, { ...(endpointId === undefined ? {} : { endpointId }), groups });
}

/** Directly or through other groups; a cycle that two changes at once made ends. */
async function groupsOf(ports: Pick<Ports, 'tables'>, userId: string): Promise<readonly string[]> {
  const found = new Set<string>();
  let innermost: readonly string[] = [userId];
  while (innermost.length > 0) {
    const around = await Promise.all(innermost.map((memberId) => groupsAround(ports, memberId)));
    innermost = [...new Set(around.flat())].filter((groupId) => !found.has(groupId));
    for (const groupId of innermost) found.add(groupId);
  }
  return [...found];
}

/** What an older record does not keep. Of an arrival that cannot be read, or is beyond the limit, something may be missing. */
async function readFromArrivals({ ports, directory }: FactsContext, archiveId: string): Promise<RecordedRetention> {
  let together: RecordedRetention | undefined;
  let read = 0;
  let isTruncated = false;
  for await (const { key } of ports.archive.list(messagePrefix(archiveId))) {
    if (read >= MAX_READ_ARRIVALS) {
      isTruncated = true;
      break;
    }
    read += 1;
    try {
      const { retention } = await readStored(ports, directory, key);
      together = together ? withArrival(together, retention) : retention;
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      isTruncated = true;
    }
  }
  if (!together) throw new DamagedError(`message ${archiveId}`, 'none of its arrivals can be read');
  return isTruncated ? { ...together, isTruncated } : together;
}
