import { hash } from 'node:crypto';
import { archiveIdOf, arrivalKey, messagePrefix } from '../../../../shared/domain/archive-id.ts';
import type { ArrivalFacts } from '../../../../shared/domain/arrival.ts';
import type { LedgerEntry } from '../../../../shared/domain/ledger-entry.ts';
import type { ArrivalReference, Filing, MessageRecord } from '../../../../shared/domain/message.ts';
import { openArrival } from '../../../../shared/mail/stored-arrival.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Item, ItemKey, TableName } from '../../../../shared/ports/tables.ts';
import { arrivalIdOf } from '../../../../shared/usecases/arrival-id.ts';
import { ledgerKeyOf } from '../../../../shared/usecases/filing/ledger.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import {
  FILING_PREFIX,
  laterArrivalKey,
  messagePartition,
  recordKey,
  renditionKey,
} from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { queryAll } from '../../../../shared/usecases/query-all.ts';
import { readStoredOriginal, renditionsOf } from '../../../../shared/usecases/reading/stored-original.ts';
import { WHOLE_MAILBOX } from '../../../../shared/usecases/search/index/index-unit.ts';
import { pendingMarks } from '../../../../shared/usecases/search/index/marks.ts';
import type { WorldArrival } from './filing-world.ts';

/** Where a world keeps what was logged: a table that filing and purging do not use for anything else. */
export const LOG: TableName = 'activity';

export function logKey(item: object): ItemKey {
  return { pk: 'logged', sk: hash('sha1', JSON.stringify(item)) };
}

/** An arrival and what lies in intake for it. */
export interface StoredIntake {
  readonly arrival: WorldArrival;
  readonly facts: ArrivalFacts;
  readonly intakeKey: string;
  readonly object: Buffer;
}

/** A generation of the message, as it is in the end. */
interface Generation {
  readonly archiveId: string;
  readonly record: MessageRecord;
  readonly filings: readonly Item<Filing>[];
}

/** Throws where something does not hold that must hold for an acknowledged arrival once nothing moves any more. */
export async function checkArrival(
  ports: Ports,
  { arrival, facts, intakeKey }: StoredIntake,
  fingerprint: string,
  heldMailbox: string | undefined,
): Promise<void> {
  const arrivalId = arrivalIdOf(intakeKey);
  const fail = (what: string) => new Error(`${arrival.name} ${what}`);
  const ledger = await ports.tables.get('messages', ledgerKeyOf(arrivalId, facts));
  if (!ledger) throw fail('has no ledger entry');
  if (!(await ports.tables.get(LOG, logKey(ledger)))) throw fail('has a ledger entry that is not in the log');
  const entry = typed<LedgerEntry>(ledger).data;

  const generations = await generationsOf(ports, fingerprint);
  const own = generations.find(({ archiveId }) => archiveId === entry.archiveId);
  if (!own) throw fail('is said to be in a message that is not there');
  const elsewhere = generations.filter((other) => other !== own && other.record.state !== 'purged');
  if (elsewhere.some(({ filings }) => filings.some(({ data }) => data.arrivalId === arrivalId))) {
    throw fail('is in another generation than the ledger says');
  }
  const isListed = ({ record }: Generation) => record.tombstone?.arrivals.some((one) => one.arrivalId === arrivalId);
  if (generations.some((other) => other !== own && isListed(other))) throw fail('came back after its purge');
  const outcome =
    own.record.state === 'purged'
      ? // Of its renditions nothing is left: its tombstone knows those that it lists.
        own.record.tombstone?.arrivals.find((one) => one.arrivalId === arrivalId)?.outcome
      : await outcomeOf(ports, own, arrivalId, entry.contentHash);
  if (outcome !== undefined && entry.outcome !== outcome) {
    throw fail(`has another outcome than ${entry.outcome}`);
  }
  const mailboxes = [`mb-${arrival.endpoint}`, 'mb-moved'];
  const filings = own.filings.filter(({ data }) => mailboxes.includes(data.mailboxId));
  if (own.record.state === 'live') {
    if (filings.length === 0) throw fail('is lost: no filing shows it');
    await checkRenditions(ports, own, entry);
    await checkRebuildable(ports, own, arrivalId, filings, fail);
    await checkAfterwards(ports, own, arrivalId, facts, entry, filings, fail);
    return;
  }
  if (own.record.state === 'purging') throw fail('is in a message whose purge never ended');
  const listed = own.record.tombstone?.arrivals.map((one) => one.arrivalId) ?? [];
  // What the purge was decided on; of the filings nothing is left.
  if (!own.record.tombstone?.mailboxIds?.some((mailboxId) => mailboxes.includes(mailboxId)))
    throw fail('is lost: purged without a decision on it');
  if (listed.includes(arrivalId) && mailboxes.includes(heldMailbox ?? '')) throw fail('is held and was purged');
  await checkPurged(ports, own, fail);
}

async function generationsOf(ports: Ports, fingerprint: string): Promise<readonly Generation[]> {
  const generations: Generation[] = [];
  for (;;) {
    const archiveId = archiveIdOf(fingerprint, generations.length + 1);
    const item = await ports.tables.get('messages', recordKey(archiveId));
    if (!item) return generations;
    const filings: Item<Filing>[] = [];
    for await (const filing of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: FILING_PREFIX })) {
      filings.push(typed<Filing>(filing));
    }
    generations.push({ archiveId, record: typed<MessageRecord>(item).data, filings });
  }
}

/** The outcome that the tables bear out. */
async function outcomeOf(ports: Ports, { archiveId, record }: Generation, arrivalId: string, contentHash: string) {
  if (record.first.arrivalId === arrivalId) return 'archived';
  const rendition = await ports.tables.get('messages', renditionKey(archiveId, contentHash));
  return rendition && typed<ArrivalReference>(rendition).data.arrivalId === arrivalId ? 'rendition' : 'duplicate';
}

/** What reading shows of the message can be read, and these bytes are among it. */
async function checkRenditions(ports: Ports, { archiveId, record }: Generation, entry: LedgerEntry): Promise<void> {
  const renditions = await renditionsOf(ports, archiveId, record);
  for (const rendition of renditions) await readStoredOriginal(ports, archiveId, rendition);
  if (!renditions.some(({ contentHash }) => contentHash === entry.contentHash)) {
    throw new Error(`${entry.arrivalId} is lost: its bytes are no rendition of the message`);
  }
}

/**
 * A rebuild brings the filings of an arrival back: they are those in its object or, where it has none, in the
 * log. What is not in the log then is of an attempt that died, under another configuration.
 */
async function checkRebuildable(
  ports: Ports,
  { archiveId }: Generation,
  arrivalId: string,
  filings: readonly Item<Filing>[],
  fail: (what: string) => Error,
): Promise<void> {
  const key = arrivalKey(archiveId, arrivalId);
  const object = await ports.archive.get(key);
  const stored = object && openArrival(key, object.body).header.filings.map(({ mailboxId }) => mailboxId);
  const brought = filings.filter(({ data }) => data.arrivalId === arrivalId);
  const isLogged = await Promise.all(brought.map((filing) => ports.tables.get(LOG, logKey(filing))));
  const isTold = brought.map(({ data }, index) => isLogged[index] || stored?.includes(data.mailboxId));
  if (stored ? !isTold.every(Boolean) : brought.length > 0 && !isTold.some(Boolean)) {
    throw fail('has a filing that a rebuild would lose');
  }
  if (stored?.some((mailboxId) => !filings.some(({ data }) => data.mailboxId === mailboxId))) {
    throw fail('has a filing that is only in its object');
  }
}

/** What comes after an arrival is filed: its place among the message's arrivals, and the marks for the index. */
async function checkAfterwards(
  ports: Ports,
  { archiveId }: Generation,
  arrivalId: string,
  facts: ArrivalFacts,
  entry: LedgerEntry,
  filings: readonly Item<Filing>[],
  fail: (what: string) => Error,
): Promise<void> {
  const later = await ports.tables.get('messages', laterArrivalKey(archiveId, facts.receivedAt, arrivalId));
  if (entry.outcome !== 'archived' && !later) throw fail('is missing among the arrivals of its message');
  // As above: a filing that only a dead attempt made may have no mark.
  const marks = await Promise.all(filings.map(({ data }) => marksOf(ports, data.mailboxId)));
  if (!marks.flat().includes(archiveId)) throw fail('will not be indexed');
}

/** The messages that wait to be indexed for a mailbox. */
async function marksOf(ports: Ports, mailboxId: string): Promise<readonly string[]> {
  const marked: string[] = [];
  for await (const { mark } of pendingMarks(ports, { mailboxId, part: WHOLE_MAILBOX })) {
    if (mark.cause !== 'damaged') marked.push(...mark.archiveIds);
  }
  return marked;
}

/** A put that raced with the purge is removed by its second pass, after the longest function time. */
async function checkPurged(ports: Ports, { archiveId }: Generation, fail: (what: string) => Error): Promise<void> {
  await purgeMessage(ports, archiveId, async () => false);
  for await (const { key } of ports.archive.list(messagePrefix(archiveId))) throw fail(`was purged and ${key} remains`);
}
