import type { Outcome, ResolvedFiling } from '../../domain/arrival.ts';
import type { ArrivalReference, Filing, MessageRecord } from '../../domain/message.ts';
import {
  type AddedRetention,
  fullRetention,
  type RecordedRetention,
  receiptOf,
  withArrival,
} from '../../domain/retention/recorded-retention.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import { dataOf, typed } from '../item-data.ts';
import { folderKey, lockedKey, recordKey, renditionKey } from '../message-keys.ts';
import type { StoredArrival } from '../stored-arrival.ts';
import { addedItem, filingItem, recordItem, renditionItem } from './message-items.ts';

/** What the tables hold for an arrival after it was applied. */
export interface Applied {
  readonly outcome: Outcome;
  /** Of the message's record. */
  readonly archivedAt: string;
  /** When the message was received, as far as its record and this arrival say. */
  readonly receivedAt: string | undefined;
  /** What this arrival brought and no stored header tells of: it has to be logged. */
  readonly untold: readonly Item[];
}

type ApplyPorts = Pick<Ports, 'tables'>;

/**
 * Puts the record, the rendition and the filings of a stored arrival where they are absent; used by
 * filing and by rebuilding alike. Answers `undefined` where the message is not live (any more): the
 * arrival then belongs to another generation. Safe to repeat, and a repetition sees its own outcome.
 */
export async function applyArrival(
  ports: ApplyPorts,
  directory: Pick<FilingDirectory, 'mailbox'>,
  stored: StoredArrival,
): Promise<Applied | undefined> {
  const record = await putRecord(ports, stored);
  if (record.state !== 'live') return undefined;
  const outcome = await outcomeOf(ports, stored, record);
  await putLocked(ports, stored, record);
  const added = await putAdded(ports, stored, record);
  const filings = await Promise.all(
    stored.header.filings.map((resolved) => putFiling(ports, directory, stored, resolved)),
  );
  const after = await ports.tables.get('messages', recordKey(stored.archiveId));
  if (!after || typed<MessageRecord>(after).data.state !== 'live') return undefined;
  const untold = [added, ...filings].filter((item) => item !== undefined);
  return { outcome, archivedAt: record.archivedAt, receivedAt: receiptAfter(record, stored), untold };
}

/** The receipt that the message is known to have now. */
function receiptAfter(record: MessageRecord, { retention }: StoredArrival): string | undefined {
  const known = retentionOf(record);
  return receiptOf((known ? withArrival(known, retention) : retention).received);
}

function retentionOf({ retention, first }: MessageRecord): RecordedRetention | undefined {
  return retention && fullRetention(retention, first.receivedAt);
}

async function putRecord(ports: ApplyPorts, stored: StoredArrival): Promise<MessageRecord> {
  const item = recordItem(stored);
  if ((await ports.tables.putIfAbsent('messages', item)) === 'stored') return typed<MessageRecord>(item).data;
  const there = await ports.tables.get('messages', recordKey(stored.archiveId));
  return typed<MessageRecord>(there ?? item).data;
}

/** Puts what an arrival adds to what the record says for retention, if it does; the item where it has to be logged. */
async function putAdded(ports: ApplyPorts, stored: StoredArrival, record: MessageRecord): Promise<Item | undefined> {
  const known = retentionOf(record);
  // Of an older record it takes the arrivals to know anything.
  if (!known || withArrival(known, stored.retention) === known) return undefined;
  const item = addedItem(stored);
  const put = await ports.tables.putIfAbsent('messages', item);
  if (stored.ownObject || put === 'stored') return stored.ownObject ? undefined : item;
  // An attempt that died before the log may have put it.
  const there = await ports.tables.get('messages', item);
  return there && typed<AddedRetention>(there).data.arrivalId === stored.reference.arrivalId ? item : undefined;
}

/** A later lock stands beside the record; it is not logged, as the storage tells of it. */
async function putLocked({ tables }: ApplyPorts, stored: StoredArrival, record: MessageRecord): Promise<void> {
  const { archiveId, lockedUntil } = stored;
  if (lockedUntil === undefined || (record.lockedUntil !== undefined && record.lockedUntil >= lockedUntil)) return;
  await tables.putIfAbsent('messages', { ...lockedKey(archiveId, lockedUntil), version: 1, data: {} });
}

async function outcomeOf(ports: ApplyPorts, stored: StoredArrival, record: MessageRecord): Promise<Outcome> {
  const { arrivalId, contentHash } = stored.reference;
  if (record.first.arrivalId === arrivalId) return 'archived';
  if (record.first.contentHash === contentHash) return 'duplicate';
  const item = renditionItem(stored);
  if ((await ports.tables.putIfAbsent('messages', item)) === 'stored') return 'rendition';
  const there = await ports.tables.get('messages', renditionKey(stored.archiveId, contentHash));
  return there && typed<ArrivalReference>(there).data.arrivalId === arrivalId ? 'rendition' : 'duplicate';
}

async function putFiling(
  ports: ApplyPorts,
  directory: Pick<FilingDirectory, 'mailbox'>,
  stored: StoredArrival,
  resolved: ResolvedFiling,
): Promise<Item | undefined> {
  const mailbox = await directory.mailbox(resolved.mailboxId);
  const item = filingItem(stored, resolved, mailbox?.listShards ?? 1);
  await putFolder(ports, resolved.mailboxId, resolved.folder);
  const put = await ports.tables.putIfAbsent('messages', item);
  if (stored.ownObject || put === 'stored') return stored.ownObject ? undefined : item;
  // An attempt that died before the log may have put it.
  const there = await ports.tables.get('messages', item);
  return there && typed<Filing>(there).data.arrivalId === stored.reference.arrivalId ? item : undefined;
}

/** Folders this process has seen to be there, so that a message does not cost a write for its folder. */
const knownFolders = new WeakMap<object, Set<string>>();
const MAX_KNOWN_FOLDERS = 10_000;

async function putFolder({ tables }: ApplyPorts, mailboxId: string, folder: string): Promise<void> {
  const known = knownFolders.get(tables) ?? new Set<string>();
  knownFolders.set(tables, known);
  const name = `${mailboxId}#${folder}`;
  if (known.has(name)) return;
  await tables.putIfAbsent('messages', { ...folderKey(mailboxId, folder), version: 1, data: dataOf({ folder }) });
  if (known.size >= MAX_KNOWN_FOLDERS) known.clear();
  known.add(name);
}
