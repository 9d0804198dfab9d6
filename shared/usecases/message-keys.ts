import type { ItemKey } from '../ports/tables.ts';
import { sha256Hex } from './arrival-id.ts';

/** Keys of the `messages` table; docs/architecture.md lists them by access pattern. */

/** Over how many partitions a month of a source's ledger, and a day of records, are spread. */
export const LEDGER_SHARDS = 8;
const DAY_SHARDS = 16;

export function messagePartition(archiveId: string): string {
  return `message#${archiveId}`;
}

export function recordKey(archiveId: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: 'record' };
}

export const RENDITION_PREFIX = 'rendition#';
export const FILING_PREFIX = 'filing#';
/** Stands right before filings: one query reads both. */
export const FACTS_PREFIX = 'facts#';
export const ARRIVAL_PREFIX = 'arrival#';
export const ATTACHMENT_PREFIX = 'attachment#';
export const REFERENCE_PREFIX = 'reference#';

export function renditionKey(archiveId: string, contentHash: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: RENDITION_PREFIX + contentHash };
}

export function filingKey(archiveId: string, mailboxId: string, originFolder: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: `${FILING_PREFIX}${mailboxId}#${originFolder}` };
}

/** What a later arrival adds to what is known for retention; `contents` is a hash of it. */
export function addedRetentionKey(archiveId: string, contents: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: FACTS_PREFIX + contents };
}

/** Until when storage has locked a message, beside what its record says; stands between facts and filings. */
export const LOCKED_PREFIX = `${FACTS_PREFIX}locked#`;

/** `until` is ISO 8601, UTC. */
export function lockedKey(archiveId: string, until: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: LOCKED_PREFIX + until };
}

/** What restricts access to a message, if anything ever did; logged. */
export function restrictionKey(archiveId: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: 'restriction' };
}

/** Beside a message: which input in quarantine it was replayed from, whose bytes go with it. */
export const REPLAYED_PREFIX = 'replayed#';

export function replayedKey(archiveId: string, quarantineId: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: REPLAYED_PREFIX + quarantineId };
}

export const EXPORT_PREFIX = 'export#';

/** That an export for an access request may have a message in one of its parts; `jobId` is that of the export. */
export function exportMarkKey(archiveId: string, jobId: string, part: number): ItemKey {
  return { pk: messagePartition(archiveId), sk: `${EXPORT_PREFIX}${jobId}#${part}` };
}

/** A later arrival of a message; the first one stands in the record. */
export function laterArrivalKey(archiveId: string, receivedAt: string, arrivalId: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: `${ARRIVAL_PREFIX}${receivedAt}#${arrivalId}` };
}

/** That a large attachment is stored for a message. */
export function messageAttachmentKey(archiveId: string, attachmentId: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: ATTACHMENT_PREFIX + attachmentId };
}

export function attachmentPartition(attachmentId: string): string {
  return `attachment#${attachmentId}`;
}

export function attachmentRecordKey(attachmentId: string): ItemKey {
  return { pk: attachmentPartition(attachmentId), sk: 'record' };
}

/** That a message has a large attachment. */
export function attachmentReferenceKey(attachmentId: string, archiveId: string): ItemKey {
  return { pk: attachmentPartition(attachmentId), sk: REFERENCE_PREFIX + archiveId };
}

/** What the signatures of an arrival were found to be. */
export function verdictKey(archiveId: string, arrivalId: string): ItemKey {
  return { pk: messagePartition(archiveId), sk: `verdict#${arrivalId}` };
}

/** The partition of what waits to be verified. */
export const UNVERIFIED = 'unverified';

/** Arrivals of one batch whose signatures wait to be verified. */
export function unverifiedKey(batchId: string): ItemKey {
  return { pk: UNVERIFIED, sk: batchId };
}

/** Where the ledger keeps an arrival, derived from the arrival alone, so that a retry finds it with one read. */
export function ledgerKey(sourceId: string, receivedAt: string, arrivalId: string): ItemKey {
  return {
    pk: ledgerPartition(sourceId, receivedAt, shardOf(arrivalId, LEDGER_SHARDS)),
    sk: `${receivedAt}#${arrivalId}`,
  };
}

/** `receivedAt` is any ISO 8601 time of the month. */
export function ledgerPartition(sourceId: string, receivedAt: string, shard: number): string {
  return `ledger#${sourceId}#${receivedAt.slice(0, 7)}#${shard}`;
}

/** Where the ledger keeps what was fetched from one folder, in the order of the source's keys. */
export function fetchedPartition(place: {
  readonly profileId: string;
  /** Hashes: names are of any length. */
  readonly accountHash: string;
  readonly folderHash: string;
  readonly validity: string;
}): string {
  return `ledger#${place.profileId}#${place.accountHash}#${place.folderHash}#${place.validity}`;
}

/** Sort keys that begin with `key` and this belong to the same place at the source; no source key has it in it. */
export const KEY_END = '#';

/** Where a message stands in the list of its archive day. */
export function dayListKey(archivedAt: string, archiveId: string): ItemKey {
  const shard = shardOfMessage(archiveId, DAY_SHARDS);
  return { pk: dayListPartition(archivedAt.slice(0, 10), shard), sk: `${archivedAt}#${archiveId}` };
}

/** Over how many partitions the messages received on a day are spread, and those archived on one. */
export const DAY_LIST_SHARDS = DAY_SHARDS;

export function dayListPartition(day: string, shard: number): string {
  return `day#${day}#${shard}`;
}

/** That a message was received on a day, `YYYY-MM-DD`, long before it was archived. */
export function receivedDayKey(day: string, archiveId: string): ItemKey {
  return { pk: receivedDayPartition(day, shardOfMessage(archiveId, DAY_SHARDS)), sk: archiveId };
}

export function receivedDayPartition(day: string, shard: number): string {
  return `received#${day}#${shard}`;
}

/** The partition of all days that have messages, by how they are counted: `a` archived, `r` received. */
export const CANDIDATE_DAYS = 'candidate-day';

export function candidateDayKey(counted: 'a' | 'r', day: string): ItemKey {
  return { pk: CANDIDATE_DAYS, sk: counted + day };
}

/** Where messages with the same Message-ID stand together; `idHash` is a hash, as senders choose how long an id is. */
export function versionsKey(idHash: string, archivedAt: string, archiveId: string): ItemKey {
  return { pk: versionsPartition(idHash), sk: `${archivedAt}#${archiveId}` };
}

export function versionsPartition(idHash: string): string {
  return `message-id#${idHash}`;
}

/** Where a filing stands in the list of its folder. */
export function folderListKey(filing: {
  readonly mailboxId: string;
  readonly folder: string;
  readonly listShards: number;
  readonly sortDate: string;
  readonly archiveId: string;
  readonly originFolder: string;
}): ItemKey {
  const shard = shardOfMessage(filing.archiveId, filing.listShards);
  return {
    pk: folderListPartition(filing.mailboxId, shard, filing.folder),
    sk: `${filing.sortDate}#${filing.archiveId}#${filing.originFolder}`,
  };
}

export function folderListPartition(mailboxId: string, shard: number, folder: string): string {
  return `mailbox#${mailboxId}#${shard}#${folder}`;
}

/** The folders that a mailbox has or had filings in. */
export function folderKey(mailboxId: string, folder: string): ItemKey {
  return { pk: folderPartition(mailboxId), sk: folder };
}

export function folderPartition(mailboxId: string): string {
  return `folder#${mailboxId}`;
}

/** Messages of one batch that wait to be indexed for one unit; the units are spread over `MARK_SHARDS` partitions. */
export function markKey(unit: string, batchId: string): ItemKey {
  return { pk: markPartition(markShardOf(unit)), sk: markPrefix(unit) + batchId };
}

/** Over how many partitions the marks of all units are spread: whoever looks for all that is pending asks each of them. */
export const MARK_SHARDS = 16;

export function markPartition(shard: number): string {
  return `marks#${shard}`;
}

export function markShardOf(unit: string): number {
  return shardOf(sha256Hex(unit), MARK_SHARDS);
}

/** What the sort keys of all marks of a unit begin with. */
export function markPrefix(unit: string): string {
  return `${unit}#`;
}

/** That a message is being read for the index, where that ended a process before. */
export function indexAttemptKey(archiveId: string): ItemKey {
  return { pk: `index-attempt#${archiveId}`, sk: '-' };
}

/** The partition of all units that have a manifest in the index. */
export const INDEXED_UNITS = 'index-units';

/** That a unit has a manifest. */
export function indexedUnitKey(unit: string): ItemKey {
  return { pk: INDEXED_UNITS, sk: unit };
}

/** Which tokeniser the index was last checked for. */
export function checkedTokeniserKey(): ItemKey {
  return { pk: 'index-tokeniser', sk: '-' };
}

/** Over how many partitions the purges under way are spread. */
export const PURGE_SHARDS = 16;

export function purgesUnderWayPartition(shard: number): string {
  return `purge-under-way#${shard}`;
}

/** That a purge decides on a message, or on input in quarantine; `version` is that of its item as `purging`. */
export function purgeUnderWayKey(purge: { readonly id: string; readonly version: number }): ItemKey {
  const shard = shardOfMessage(purge.id, PURGE_SHARDS);
  return { pk: purgesUnderWayPartition(shard), sk: `${purge.id}#${purge.version}` };
}

/** That a message may have to go, or what is left of one; until all of it is done. */
export function purgeWorkKey(archiveId: string): ItemKey {
  return { pk: `purge-work#${archiveId}`, sk: '-' };
}

/** Where all such work stands together, by when it is due. */
export function purgeWorkListKey(archiveId: string, dueAt: string): ItemKey {
  return { pk: PURGE_WORK, sk: `${dueAt}#${archiveId}` };
}

export const PURGE_WORK = 'purge-work';

/** That a job asked for a message to go. */
export function jobPurgeKey(jobId: string, archiveId: string): ItemKey {
  return { pk: jobPurgePartition(jobId), sk: archiveId };
}

export function jobPurgePartition(jobId: string): string {
  return `job-purge#${jobId}`;
}

/** What a retention job found on a day; `list` is `a` or `r`, as of candidate days. */
export function retentionDayKey(list: 'a' | 'r', day: string): ItemKey {
  return { pk: RETENTION_DAYS, sk: list + day };
}

export const RETENTION_DAYS = 'retention-day';

/** Objects of a unit's index that are to be deleted once nobody reads them any more. */
export function tidyingKey(unit: string, dueAt: string, batchId: string): ItemKey {
  return { pk: tidyingPartition(unit), sk: `${dueAt}#${batchId}` };
}

export function tidyingPartition(unit: string): string {
  return `tidying#${unit}`;
}

/** Where all tidying stands together, by when it is due. */
export function tidyingListKey(unit: string, dueAt: string): ItemKey {
  return { pk: TIDYING, sk: `${dueAt}#${unit}` };
}

export const TIDYING = 'tidying';

/** What one batch brought an endpoint; the time is that of filing, ISO 8601, UTC. */
export function volumeCountKey(endpointId: string, filedAt: string, batchId: string): ItemKey {
  return { pk: volumePartition(endpointId), sk: `${filedAt}#${batchId}` };
}

/** The usual volume of an endpoint, as it was learnt; orders behind all counts of its partition. */
export function volumeProfileKey(endpointId: string): ItemKey {
  return { pk: volumePartition(endpointId), sk: 'profile' };
}

export function volumePartition(endpointId: string): string {
  return `volume#${endpointId}`;
}

/** When the endpoints were watched last. */
export const ENDPOINT_WATCH_KEY: ItemKey = { pk: 'endpoint-watch', sk: 'run' };

/** Over which of so many partitions a message falls: by its fingerprint, whatever its version and generation. */
export function shardOfMessage(archiveId: string, shards: number): number {
  return shardOf(archiveId.slice(archiveId.indexOf('-') + 1), shards);
}

function shardOf(hex: string, shards: number): number {
  return Number.parseInt(hex.slice(0, 4), 16) % shards;
}

/** Where the messages that a request found stand, in the table `activity`, logged; sorted by `archiveId`. */
export function requestedPartition(requestId: string): string {
  return `requested#${requestId}`;
}

export function requestedKey(requestId: string, archiveId: string): ItemKey {
  return { pk: requestedPartition(requestId), sk: archiveId };
}

/** Where what a request found in quarantine stands, in the table `activity`, logged; sorted by id. */
export function requestedQuarantinePartition(requestId: string): string {
  return `requested-quarantine#${requestId}`;
}

export function requestedQuarantineKey(requestId: string, quarantineId: string): ItemKey {
  return { pk: requestedQuarantinePartition(requestId), sk: quarantineId };
}

/** The partition of the activity table that quarantine is listed from; the sort key is the id. */
export const QUARANTINE = 'quarantine';

export function quarantineItemKey(id: string): ItemKey {
  return { pk: QUARANTINE, sk: id };
}
