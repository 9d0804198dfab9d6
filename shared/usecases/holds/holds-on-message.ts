import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Filing, MessageRecord } from '../../domain/message.ts';
import { coversPlace, type ScopedPlace, type SettledScope } from '../../domain/message-scope.ts';
import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { FILING_PREFIX, messagePartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { MAX_LATER_REPORTS } from '../reading/journal-of.ts';
import { scopeQuery } from '../scopes/scope-query.ts';
import { activeHolds } from './hold-book.ts';
import { type HoldContext, type KnownMessage, LoneDocuments } from './lone-documents.ts';

/** A hold that covers a message. */
export interface HoldOnMessage<Hold extends SettledScope = LegalHold> {
  readonly hold: Hold;
  /** Mailboxes for the sake of which it does, in the order of their ids. */
  readonly mailboxIds: readonly string[];
  /** The message cannot be read, or not judged, so whatever is asked of its text counts as found. */
  readonly isUndecided?: true;
}

/** What the tables say of a message, read consistently; `undefined` where there is none, or it was purged. */
export async function knownMessage(ports: Pick<Ports, 'tables'>, archiveId: string): Promise<KnownMessage | undefined> {
  const item = await ports.tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (!record || record.state === 'purged') return undefined;
  const filings: Filing[] = [];
  for await (const filing of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: FILING_PREFIX })) {
    filings.push(typed<Filing>(filing).data);
  }
  return { record, filings };
}

/**
 * The active holds that cover a message, decided on the holds as they are now and on the message itself, never on the index: a
 * search covers what it would find in an index with nothing but this message in it. It counts where the message lies, and
 * where it lay before somebody removed it. Throws `StorageError` where that cannot be decided now.
 */
export async function holdsOnMessage(
  context: HoldContext,
  archiveId: string,
  message: KnownMessage,
): Promise<readonly HoldOnMessage[]> {
  const holds = await activeHolds(context.ports);
  const documents = new LoneDocuments(context, archiveId, message);
  const found: HoldOnMessage[] = [];
  for (const hold of holds) {
    const covering = await coverageBy(documents, hold, await allPlaces(documents, hold, message));
    if (covering) found.push(covering);
  }
  return found;
}

/**
 * Whether one hold covers a message for the sake of those places where a search finds it: it lies there, and its period is
 * that of when it came there first. Throws as `holdsOnMessage`.
 */
export async function foundCoverageOf<Hold extends SettledScope>(
  context: HoldContext,
  hold: Hold,
  archiveId: string,
  message: KnownMessage,
): Promise<HoldOnMessage<Hold> | undefined> {
  const lying = message.filings.filter(({ removedAt }) => removedAt === undefined);
  const places = placesOf(lying).flatMap(({ mailboxId, filings }): readonly Place[] => {
    const [first] = filings.map(({ summary }) => summary.receivedAt).toSorted();
    return first === undefined ? [] : [{ mailboxId, filings, receivedAts: [first] }];
  });
  return await coverageBy(new LoneDocuments(context, archiveId, message), hold, places);
}

interface Place extends ScopedPlace {
  readonly filings: readonly Filing[];
}

const NOWHERE = '';

async function allPlaces(
  documents: LoneDocuments,
  { scope: { from, to } }: LegalHold,
  message: KnownMessage,
): Promise<readonly Place[]> {
  const isTimed = from !== undefined || to !== undefined;
  const later = isTimed ? await documents.later() : [];
  return placesOf(message.filings).map((place): Place => {
    return { ...place, receivedAts: receivedAtsOf(message, place.filings, later) };
  });
}

async function coverageBy<Hold extends SettledScope>(
  documents: LoneDocuments,
  hold: Hold,
  places: readonly Place[],
): Promise<HoldOnMessage<Hold> | undefined> {
  const query = scopeQuery(hold);
  const mailboxIds: string[] = [];
  let isUndecided = false;
  let isCovered = false;
  for (const place of places) {
    const { mailboxId, filings } = place;
    const covers = coversPlace(hold.scope, place);
    if (covers === 'no') continue;
    const matches = covers === 'yes' ? true : await documents.matches(mailboxId, filings, query);
    if (matches === false) continue;
    isCovered = true;
    if (matches === undefined) isUndecided = true;
    if (mailboxId !== NOWHERE) mailboxIds.push(mailboxId);
  }
  return isCovered ? { hold, mailboxIds, ...(isUndecided ? { isUndecided: true } : {}) } : undefined;
}

/** Where it lies or lay, in the order of the mailboxes' ids. What was removed counts only where nothing is left in a mailbox. */
function placesOf(filings: readonly Filing[]): readonly Pick<Place, 'mailboxId' | 'filings'>[] {
  if (filings.length === 0) return [{ mailboxId: NOWHERE, filings }];
  const byMailbox = Map.groupBy(filings, ({ mailboxId }) => mailboxId);
  const places = [...byMailbox].map(([mailboxId, own]) => {
    const present = own.filter(({ removedAt }) => removedAt === undefined);
    return { mailboxId, filings: present.length > 0 ? present : own };
  });
  return places.toSorted((a, b) => (a.mailboxId < b.mailboxId ? -1 : 1));
}

/** When it came; nothing where it came more often than is looked at. */
function receivedAtsOf(
  { record }: KnownMessage,
  filings: readonly Filing[],
  later: readonly LedgerEntry[],
): readonly string[] {
  if (later.length >= MAX_LATER_REPORTS) return [];
  const arrivals = [record.first, ...later].map(({ receivedAt }) => receivedAt);
  return [...arrivals, ...filings.map(({ summary }) => summary.receivedAt)];
}
