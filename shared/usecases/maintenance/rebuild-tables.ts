import { parseArrivalKey } from '../../domain/archive-id.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Filing, MessageRecord } from '../../domain/message.ts';
import { summaryOf, withContent } from '../../domain/summary.ts';
import { DamagedError } from '../../errors.ts';
import { decodeLogObject } from '../../mail/log-object.ts';
import type { LogEntry } from '../../ports/archive-log.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { restoreAuditIndex } from '../audit/restore-audit-index.ts';
import { leftWork } from '../deletion/purge-work.ts';
import { type Applied, applyArrival } from '../filing/apply-arrival.ts';
import { ledgerKeyOf } from '../filing/ledger.ts';
import { recordAttachment, referToAttachment } from '../filing/store-attachments.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import { dataOf, typed } from '../item-data.ts';
import { LOG_PREFIX } from '../log/object-log.ts';
import { FILING_PREFIX, folderKey, messagePartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { candidateItems, newCandidates, rememberDays } from '../retention/candidate-days.ts';
import { readIncomplete, readStored, type StoredDirectory } from '../retention/read-stored-arrival.ts';
import type { StoredArrival } from '../stored-arrival.ts';

type RebuildPorts = Pick<Ports, 'archive' | 'tables' | 'logs'>;
type RebuildDirectory = StoredDirectory & Pick<FilingDirectory, 'mailbox'>;

interface RebuildCounts {
  readonly logEntries: number;
  readonly arrivals: number;
  /** Objects that could not be read; each is in the log of the process by its key. */
  readonly damaged: number;
}

/** How far a rebuild has come: the last log object folded, then the last arrival applied. */
export interface RebuildCheckpoint {
  readonly counts: RebuildCounts;
  readonly logAfter?: string;
  readonly arrivalsAfter?: string;
}

export interface RebuildSlice {
  readonly from?: RebuildCheckpoint;
  /** Asked after every object and message; the slice ends where it answers false. */
  readonly mayGoOn?: () => boolean;
}

/** `rest` is where the next slice begins; absent once all is done. */
export interface Rebuilt {
  readonly counts: RebuildCounts;
  readonly rest?: RebuildCheckpoint;
}

/**
 * Rebuilds the tables from the archive bucket alone: folds the log, keeping the highest version of each item, then
 * applies every stored arrival and lists the events of the audit trail. Adds to what is there and takes nothing away,
 * so it is safe to repeat and to run while mail is filed. Memory is bounded by one log object and one message's
 * arrivals.
 */
export async function rebuildTables(
  ports: RebuildPorts,
  directory: RebuildDirectory,
  { from, mayGoOn = () => true }: RebuildSlice = {},
): Promise<Rebuilt> {
  let { counts } = from ?? { counts: { logEntries: 0, arrivals: 0, damaged: 0 } };
  const add = (more: Partial<RebuildCounts>) => {
    const { logEntries = 0, arrivals = 0, damaged = 0 } = more;
    counts = {
      logEntries: counts.logEntries + logEntries,
      arrivals: counts.arrivals + arrivals,
      damaged: counts.damaged + damaged,
    };
  };
  if (from?.arrivalsAfter === undefined) {
    for await (const { key } of ports.archive.list(LOG_PREFIX, after(from?.logAfter))) {
      await counted(ports, key, add, async () => ({ logEntries: await foldLogObject(ports, key) }));
      if (!mayGoOn()) return { counts, rest: { counts, logAfter: key } };
    }
  }
  for await (const keys of keysByMessage(ports, from?.arrivalsAfter)) {
    await applyMessage(ports, directory, keys, add);
    const last = keys.at(-1);
    if (last !== undefined && !mayGoOn()) return { counts, rest: { counts, arrivalsAfter: last } };
  }
  await restoreAuditIndex(ports);
  return { counts };
}

function after(key: string | undefined): { readonly after?: string } {
  return key === undefined ? {} : { after: key };
}

async function applyMessage(
  ports: RebuildPorts,
  directory: RebuildDirectory,
  keys: readonly string[],
  add: (more: Partial<RebuildCounts>) => void,
): Promise<void> {
  const arrivals: StoredArrival[] = [];
  for (const key of keys) {
    await counted(ports, key, add, async () => {
      arrivals.push(await readStored(ports, directory, key));
      return { arrivals: 1 };
    });
    const isRead = arrivals.some(({ reference }) => key.endsWith(reference.arrivalId));
    if (!isRead)
      await counted(
        ports,
        key,
        () => undefined,
        async () => {
          arrivals.push(await readIncomplete(ports, directory, key));
          return {};
        },
      );
  }
  for (const arrival of await inLedgerOrder(ports, arrivals)) {
    await applyAttachments(ports, arrival);
    const applied = await applyArrival(ports, directory, arrival);
    if (applied) await applyCandidates(ports, arrival, applied);
  }
  const [first] = arrivals;
  if (first) await completeFilings(ports, first);
}

/** The log has of filings what they show of no mail. */
async function completeFilings(
  { tables }: RebuildPorts,
  { archiveId, original, header }: StoredArrival,
): Promise<void> {
  const shown = summaryOf(original, header.receivedAt);
  const filings = queryAll({ tables }, 'messages', messagePartition(archiveId), { prefix: FILING_PREFIX });
  for await (const item of filings) {
    const filing = typed<Filing>(item).data;
    const summary = withContent(filing.summary, shown);
    if (summary === filing.summary) continue;
    // Somebody may have changed it meanwhile, who had all of it.
    await tables.putIfVersion('messages', { ...item, data: dataOf({ ...filing, summary }) }, item.version);
  }
}

async function counted(
  { logs }: RebuildPorts,
  key: string,
  add: (more: Partial<RebuildCounts>) => void,
  work: () => Promise<Partial<RebuildCounts>>,
): Promise<void> {
  try {
    add(await work());
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    logs.error('object damaged', { key, error });
    add({ damaged: 1 });
  }
}

async function foldLogObject(ports: RebuildPorts, key: string): Promise<number> {
  const object = await ports.archive.get(key);
  if (!object) return 0;
  const entries = decodeLogObject(key, object.body).filter(isLogEntry);
  await Promise.all(entries.map((entry) => foldEntry(ports, entry)));
  await Promise.all(foldersIn(entries).map((folder) => ports.tables.putIfAbsent('messages', folder)));
  return entries.length;
}

async function foldEntry(ports: RebuildPorts, { table, item }: LogEntry): Promise<void> {
  await foldItem(ports, { table, item });
  if (table !== 'messages' || !item.pk.startsWith(messagePartition(''))) return;
  // In whatever order they come: of a purged message nothing is left but its record.
  const archiveId = item.pk.slice(messagePartition('').length);
  const found = await ports.tables.get('messages', recordKey(archiveId));
  const record = found && typed<MessageRecord>(found).data;
  if (!found || record?.state !== 'purged') return;
  for await (const { pk, sk, version } of queryAll(ports, 'messages', item.pk)) {
    if (sk !== found.sk) await ports.tables.deleteIfVersion('messages', { pk, sk }, version);
  }
  for (const left of leftWork(archiveId, record)) await ports.tables.putIfAbsent('messages', left);
}

async function foldItem({ tables }: RebuildPorts, { table, item }: LogEntry): Promise<void> {
  while ((await tables.putIfAbsent(table, item)) === 'exists') {
    const there = await tables.get(table, item);
    if (there && there.version >= item.version) return;
    if (there && (await tables.putIfVersion(table, item, there.version)) === 'stored') return;
  }
}

/** The folders that filings were moved to: arrivals tell only of those that they were filed in first. */
function foldersIn(entries: readonly LogEntry[]): readonly Item[] {
  const folders = new Map<string, Item>();
  for (const { table, item } of entries) {
    if (table !== 'messages' || item.removed || !item.sk.startsWith(FILING_PREFIX)) continue;
    const { mailboxId, folder } = typed<Filing>(item).data;
    folders.set(`${mailboxId}#${folder}`, { ...folderKey(mailboxId, folder), version: 1, data: { folder } });
  }
  return [...folders.values()];
}

function isLogEntry(entry: unknown): entry is LogEntry {
  return typeof entry === 'object' && entry !== null && 'table' in entry && 'item' in entry;
}

/** The keys of stored arrivals, those of one message together, as the store lists them. */
async function* keysByMessage(
  { archive }: RebuildPorts,
  afterKey: string | undefined,
): AsyncIterable<readonly string[]> {
  let keys: string[] = [];
  let current: ReturnType<typeof parseArrivalKey>;
  for await (const { key } of archive.list('messages/', after(afterKey))) {
    const ids = parseArrivalKey(key);
    if (!ids) continue;
    if (current && current.archiveId !== ids.archiveId) {
      yield keys;
      keys = [];
    }
    current = ids;
    keys.push(key);
  }
  if (keys.length > 0) yield keys;
}

async function applyCandidates(ports: RebuildPorts, { archiveId }: StoredArrival, applied: Applied): Promise<void> {
  const candidates = newCandidates(ports, candidateItems(archiveId, applied));
  await ports.tables.batchPut('messages', candidates);
  rememberDays(ports, candidates);
}

/** References first: with a record alone an attachment could be purged. */
async function applyAttachments(ports: RebuildPorts, { archiveId, header }: StoredArrival): Promise<void> {
  for (const { attachmentId } of header.cuts ?? []) {
    await referToAttachment(ports, archiveId, attachmentId);
    await recordAttachment(ports, attachmentId);
  }
}

/**
 * As the ledger knows them: the message's first, then those that brought a rendition, each in the order of filing. What
 * others are compressed against is the first also where a crash has kept it out of the ledger.
 */
async function inLedgerOrder(
  { tables }: RebuildPorts,
  arrivals: readonly StoredArrival[],
): Promise<readonly StoredArrival[]> {
  const bases = new Set(arrivals.map(({ header }) => header.base));
  const ranked = await Promise.all(
    arrivals.map(async (arrival) => {
      const entry = await tables.get('messages', ledgerKeyOf(arrival.reference.arrivalId, arrival.header));
      const outcome = entry && typed<LedgerEntry>(entry).data.outcome;
      const isFirst = outcome === 'archived' || bases.has(arrival.reference.arrivalId);
      const place = isFirst ? 0 : outcome === 'rendition' ? 1 : 2;
      return { arrival, rank: `${place} ${arrival.header.filedAt} ${arrival.reference.arrivalId}` };
    }),
  );
  return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ arrival }) => arrival);
}
