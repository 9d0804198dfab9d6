import { messagePrefix } from '../domain/archive-id.ts';
import type { Outcome } from '../domain/arrival.ts';
import type { ArrivalReference, Filing, MessageRecord, Tombstone } from '../domain/message.ts';
import type { PurgeState } from '../domain/purge-state.ts';
import { ConflictError } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Item } from '../ports/tables.ts';
import { dataOf, typed } from './item-data.ts';
import { replaceLogged } from './logged-item.ts';
import { ATTACHMENT_PREFIX, FILING_PREFIX, messagePartition, RENDITION_PREFIX, recordKey } from './message-keys.ts';
import { releaseAttachment } from './purge-attachment.ts';
import { queryAll } from './query-all.ts';
import { forgetMessageTexts } from './search/forget-message-texts.ts';
import { markMessages } from './search/index/mark-messages.ts';

type PurgePorts = Pick<
  Ports,
  'archive' | 'derived' | 'tables' | 'log' | 'queue' | 'clock' | 'entropy' | 'logs' | 'reader'
>;

/** Whether a message with these filings may go; decided on consistent reads while the message is `purging`. */
export type PurgeDecision = (record: MessageRecord, filings: readonly Filing[]) => Promise<boolean>;

/**
 * Purges a message, or takes up a purge that died: `purging` first, so that no arrival joins it; then
 * the decision; then, by version, back to `live` or `purged` with a tombstone that lists the arrivals of
 * the filings decided on; only then the bytes. Nothing is deleted before the commit. Safe to repeat, also
 * beside filings and other purges. Answers whether the message is gone.
 */
export async function purgeMessage(ports: PurgePorts, archiveId: string, decide: PurgeDecision): Promise<boolean> {
  const item = await ports.tables.get('messages', recordKey(archiveId));
  if (!item) return false;
  const purging = typed<MessageRecord>(item).data.state === 'live' ? await enter(ports, item, 'purging') : item;
  if (!purging) return false;
  const record = typed<MessageRecord>(purging).data;
  if (record.state === 'purging') {
    const filings = await filingsOf(ports, archiveId);
    if (!(await decide(record, filings))) {
      await enter(ports, purging, 'live');
      return false;
    }
    if (!(await commit(ports, purging, await tombstoneOf(ports, archiveId, record, filings)))) return false;
  }
  await forgetInIndex(ports, archiveId, record);
  await forgetMessageTexts(ports, archiveId, record);
  await deleteEverything(ports, archiveId);
  return true;
}

/** After the commit, so that whoever indexes finds the message purged; a purge that dies before this is taken up again. */
async function forgetInIndex(ports: PurgePorts, archiveId: string, { archivedAt }: MessageRecord): Promise<void> {
  const filings = await filingsOf(ports, archiveId);
  const mailboxIds = [...new Set(filings.map(({ mailboxId }) => mailboxId))];
  await markMessages(ports, [{ archiveId, archivedAt, mailboxIds }]);
}

/**
 * Gives up a purged message's attachments, then deletes what lies under its prefix, version by version; repeated
 * after the longest function time.
 */
async function deleteEverything(ports: PurgePorts, archiveId: string): Promise<void> {
  const { archive } = ports;
  for await (const { sk } of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: ATTACHMENT_PREFIX })) {
    await releaseAttachment(ports, archiveId, sk.slice(ATTACHMENT_PREFIX.length));
  }
  for await (const version of archive.listVersions(messagePrefix(archiveId))) {
    await archive.deleteVersion(version.key, version.versionId);
  }
}

async function enter({ tables }: PurgePorts, item: Item, state: PurgeState): Promise<Item | undefined> {
  const changed = { ...item, version: item.version + 1, data: { ...item.data, state } };
  return (await tables.putIfVersion('messages', changed, item.version)) === 'stored' ? changed : undefined;
}

/** The commit is logged like a change of configuration: a rebuild must not bring the message back. */
async function commit(ports: PurgePorts, purging: Item, tombstone: Tombstone): Promise<boolean> {
  const data = { ...purging.data, state: 'purged', tombstone: dataOf(tombstone) };
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

async function tombstoneOf(
  ports: PurgePorts,
  archiveId: string,
  record: MessageRecord,
  filings: readonly Filing[],
): Promise<Tombstone> {
  const renditions = new Set<string>();
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: RENDITION_PREFIX })) {
    renditions.add(typed<ArrivalReference>(item).data.arrivalId);
  }
  const outcomeOf = (arrivalId: string): Outcome => {
    if (arrivalId === record.first.arrivalId) return 'archived';
    return renditions.has(arrivalId) ? 'rendition' : 'duplicate';
  };
  const arrivalIds = [...new Set(filings.map((filing) => filing.arrivalId))];
  const arrivals = arrivalIds.map((arrivalId) => ({ arrivalId, outcome: outcomeOf(arrivalId) }));
  return { purgedAt: ports.clock.now().toISOString(), arrivals };
}
