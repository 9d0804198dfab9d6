import { messagePrefix } from '../domain/archive-id.ts';
import type { Outcome } from '../domain/arrival.ts';
import { copiesPrefix } from '../domain/download-copies.ts';
import {
  type ArrivalReference,
  type Filing,
  type MessageRecord,
  TOMBSTONE_MAILBOXES,
  TOMBSTONE_RENDITIONS,
  type Tombstone,
} from '../domain/message.ts';
import type { PurgeState } from '../domain/purge-state.ts';
import { withoutContent } from '../domain/summary.ts';
import { ConflictError, ObjectLockedError } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Item } from '../ports/tables.ts';
import { dataOf, typed } from './item-data.ts';
import { replaceLogged } from './logged-item.ts';
import {
  ATTACHMENT_PREFIX,
  EXPORT_PREFIX,
  FILING_PREFIX,
  messagePartition,
  RENDITION_PREFIX,
  REPLAYED_PREFIX,
  recordKey,
} from './message-keys.ts';
import { releaseAttachment } from './purge-attachment.ts';
import { purgeQuarantined } from './purge-quarantined.ts';
import { announcePurge, endPurge } from './purges-under-way.ts';
import { queryAll } from './query-all.ts';
import { deleteMarkedPart } from './requests/export-marks.ts';
import { forgetMessageTexts } from './search/forget-message-texts.ts';
import { markMessages } from './search/index/mark-messages.ts';

export type PurgePorts = Pick<
  Ports,
  'archive' | 'derived' | 'tables' | 'log' | 'queue' | 'clock' | 'entropy' | 'logs' | 'reader'
>;

/** What a tombstone says of why a message went. */
export interface PurgeGrounds extends Pick<Tombstone, 'cause' | 'jobId' | 'requestId' | 'policy'> {
  /** A keyed hash of a content hash. */
  readonly saltedHash?: (contentHash: string) => string;
}

/** How often a filing is read again where others change it at the same time. */
const MAX_ATTEMPTS = 8;

/** Whether, and on what grounds, a message with these filings may go; decided on consistent reads while it is `purging`. */
export type PurgeDecision = (record: MessageRecord, filings: readonly Filing[]) => Promise<boolean | PurgeGrounds>;

/**
 * Purges a message, or takes up a purge that died: `purging` first, so that no arrival joins it; then it announces itself, so
 * that a new reason to keep messages can stop it (`stopPurgesUnderWay`); then the decision; then, by version, back to
 * `live` or `purged` with a tombstone that lists the arrivals of the filings decided on; only then the bytes. Nothing is
 * deleted before the commit. Safe to repeat, also beside filings and other purges. Answers whether the message is gone.
 */
export async function purgeMessage(ports: PurgePorts, archiveId: string, decide: PurgeDecision): Promise<boolean> {
  const item = await ports.tables.get('messages', recordKey(archiveId));
  if (!item) return false;
  const purging = typed<MessageRecord>(item).data.state === 'live' ? await enter(ports, item, 'purging') : item;
  if (!purging) return false;
  const record = typed<MessageRecord>(purging).data;
  if (record.state === 'purging') {
    const underWay = { id: archiveId, version: purging.version };
    // Before anything is read that decides, so that whoever finds no word of this purge is heeded by it.
    await announcePurge(ports, underWay);
    const isPurged = await decideAndCommit(ports, purging, decide).catch(async (error: unknown) => {
      // Arrivals of it would wait for as long as it is `purging`.
      await enter(ports, purging, 'live');
      await endPurge(ports, underWay);
      throw error;
    });
    await endPurge(ports, underWay);
    if (!isPurged) return false;
  }
  await forgetInIndex(ports, archiveId, record);
  await forgetMessageTexts(ports, archiveId, record);
  await deleteEverything(ports, archiveId);
  return true;
}

/** Whether the message is `purged` now by this purge; its record has another version than `purging` in any case. */
async function decideAndCommit(ports: PurgePorts, purging: Item, decide: PurgeDecision): Promise<boolean> {
  const record = typed<MessageRecord>(purging).data;
  const archiveId = purging.pk.slice(messagePartition('').length);
  const filings = await filingsOf(ports, archiveId);
  const grounds = await decide(record, filings);
  if (grounds) {
    const renditions = await renditionsOf(ports, archiveId, record);
    const tombstone = tombstoneOf(ports, record, filings, renditions, grounds === true ? {} : grounds);
    return await commit(ports, purging, tombstone);
  }
  await enter(ports, purging, 'live');
  return false;
}

/** After the commit, so that whoever indexes finds the message purged; a purge that dies before this is taken up again. */
async function forgetInIndex(ports: PurgePorts, archiveId: string, { archivedAt }: MessageRecord): Promise<void> {
  const filings = await filingsOf(ports, archiveId);
  const mailboxIds = [...new Set(filings.map(({ mailboxId }) => mailboxId))];
  await markMessages(ports, [{ archiveId, archivedAt, mailboxIds }]);
}

/**
 * Gives up a purged message's attachments, then deletes copies for download, what lies under its prefix, version by
 * version, the input it was replayed from, and what the tables have of it but for its tombstone, and filings with nothing
 * in them; repeated after the longest function time.
 */
async function deleteEverything(ports: PurgePorts, archiveId: string): Promise<void> {
  const { archive, derived, tables } = ports;
  let locked: ObjectLockedError | undefined;
  const unlessLocked = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ObjectLockedError)) throw error;
      locked = error;
    }
  };
  for await (const { sk } of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: ATTACHMENT_PREFIX })) {
    await unlessLocked(() => releaseAttachment(ports, archiveId, sk.slice(ATTACHMENT_PREFIX.length)));
  }
  for await (const { key } of derived.list(copiesPrefix(archiveId))) await derived.delete(key);
  for await (const version of archive.listVersions(messagePrefix(archiveId))) {
    await unlessLocked(() => archive.deleteVersion(version.key, version.versionId));
  }
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId))) {
    if (item.sk.startsWith(EXPORT_PREFIX)) await deleteMarkedPart(ports, item);
    if (item.sk.startsWith(REPLAYED_PREFIX)) await unlessLocked(() => purgeReplayed(ports, item));
    // What races with this may put an attachment or a part of an export yet: whoever comes again has to know which there were.
    if (item.sk === recordKey(archiveId).sk || isNeededAgain(item)) continue;
    if (item.sk.startsWith(FILING_PREFIX)) await emptyFiling(ports, item);
    else await tables.deleteIfVersion('messages', { pk: item.pk, sk: item.sk }, item.version);
  }
  if (locked) throw locked;
}

/** What a message was replayed from is that message once more: what was decided of the one is decided of the other. */
async function purgeReplayed(ports: PurgePorts, { sk }: Item): Promise<void> {
  await purgeQuarantined(ports, sk.slice(REPLAYED_PREFIX.length), async () => true);
}

/** Out of the lists, with nothing of the message: the index finds by it what it has to forget, whenever it comes to that. */
async function emptyFiling(ports: PurgePorts, found: Item): Promise<void> {
  let item: Item | undefined = found;
  for (let attempt = 1; item && attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (await tryToEmpty(ports, item)) return;
    // Somebody moves it, who saw the message before the commit: it must not stay in a list until the purge comes again.
    item = await ports.tables.get('messages', { pk: item.pk, sk: item.sk });
  }
}

/** Whether it is empty now. */
async function tryToEmpty({ tables, clock }: PurgePorts, item: Item): Promise<boolean> {
  const { mailboxId, originFolder, basis, arrivalId, removedAt, summary } = typed<Filing>(item).data;
  if (removedAt !== undefined && summary.subject === '' && summary.from.address === '' && !item.indexes?.list)
    return true;
  const empty: Filing = {
    mailboxId,
    originFolder,
    folder: originFolder,
    basis,
    arrivalId,
    removedAt: removedAt ?? clock.now().toISOString(),
    summary: { ...withoutContent(summary), date: summary.receivedAt },
  };
  const emptied = { pk: item.pk, sk: item.sk, version: item.version + 1, data: dataOf(empty) };
  return (await tables.putIfVersion('messages', emptied, item.version)) === 'stored';
}

function isNeededAgain({ sk }: Item): boolean {
  return [ATTACHMENT_PREFIX, EXPORT_PREFIX, REPLAYED_PREFIX].some((prefix) => sk.startsWith(prefix));
}

/**
 * Deletes what says which attachments a purged message had, which exports, and what it was replayed from; only once
 * nothing can have raced with the purge any more.
 */
export async function forgetAttachments(ports: Pick<Ports, 'tables'>, archiveId: string): Promise<void> {
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId))) {
    const { pk, sk, version } = item;
    if (isNeededAgain(item)) await ports.tables.deleteIfVersion('messages', { pk, sk }, version);
  }
}

async function enter({ tables }: PurgePorts, item: Item, state: PurgeState): Promise<Item | undefined> {
  const changed = { ...item, version: item.version + 1, data: { ...item.data, state } };
  return (await tables.putIfVersion('messages', changed, item.version)) === 'stored' ? changed : undefined;
}

/** The commit is logged like a change of configuration: a rebuild must not bring the message back. */
async function commit(ports: PurgePorts, purging: Item, tombstone: Tombstone): Promise<boolean> {
  const { archivedAt, first, summary } = typed<MessageRecord>(purging).data;
  const purged: MessageRecord = {
    state: 'purged',
    archivedAt,
    // Whoever has the bytes could tell by these hashes that they were here.
    first: { ...first, contentHash: '', arrivalHash: '' },
    // The Date field is the sender's.
    summary: { ...withoutContent(summary), date: summary.receivedAt },
    tombstone,
  };
  const data = dataOf(purged);
  try {
    await replaceLogged(ports, 'messages', purging, { data });
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

async function filingsOf(ports: PurgePorts, archiveId: string): Promise<readonly Filing[]> {
  const filings: Filing[] = [];
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: FILING_PREFIX })) {
    filings.push(typed<Filing>(item).data);
  }
  return filings;
}

/** The distinct byte strings of a message, the first one first. */
async function renditionsOf(
  ports: PurgePorts,
  archiveId: string,
  { first }: MessageRecord,
): Promise<readonly ArrivalReference[]> {
  const renditions: ArrivalReference[] = [first];
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: RENDITION_PREFIX })) {
    renditions.push(typed<ArrivalReference>(item).data);
  }
  return renditions;
}

function tombstoneOf(
  ports: PurgePorts,
  record: MessageRecord,
  filings: readonly Filing[],
  renditions: readonly ArrivalReference[],
  { saltedHash, ...grounds }: PurgeGrounds,
): Tombstone {
  const named = new Set(renditions.map(({ arrivalId }) => arrivalId));
  const outcomeOf = (arrivalId: string): Outcome => {
    if (arrivalId === record.first.arrivalId) return 'archived';
    return named.has(arrivalId) ? 'rendition' : 'duplicate';
  };
  const arrivalIds = [...new Set(filings.map((filing) => filing.arrivalId))];
  const arrivals = arrivalIds.map((arrivalId) => ({ arrivalId, outcome: outcomeOf(arrivalId) }));
  const hashed = saltedHash && {
    renditions: renditions
      .slice(0, TOMBSTONE_RENDITIONS)
      .map(({ contentHash, sizeBytes }) => ({ hash: saltedHash(contentHash), sizeBytes })),
  };
  const mailboxIds = [...new Set(filings.map(({ mailboxId }) => mailboxId))].slice(0, TOMBSTONE_MAILBOXES);
  return { purgedAt: ports.clock.now().toISOString(), arrivals, mailboxIds, ...grounds, ...hashed };
}
