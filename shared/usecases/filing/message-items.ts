import type { ArrivalHeader, ResolvedFiling } from '../../domain/arrival.ts';
import type { SourceMarks } from '../../domain/fetched-from.ts';
import type { Filing, MessageRecord } from '../../domain/message.ts';
import { type AddedRetention, compactRetention } from '../../domain/retention/recorded-retention.ts';
import { sortDate } from '../../domain/sort-date.ts';
import { summaryOf } from '../../domain/summary.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';
import { sha256Hex } from '../arrival-id.ts';
import { dataOf } from '../item-data.ts';
import {
  addedRetentionKey,
  dayListKey,
  filingKey,
  folderListKey,
  recordKey,
  renditionKey,
  versionsKey,
} from '../message-keys.ts';
import type { StoredArrival } from '../stored-arrival.ts';

/** The record that an arrival makes when it is its message's first. */
export function recordItem({ archiveId, reference, header, original, retention, lockedUntil }: StoredArrival): Item {
  const record: MessageRecord = {
    state: 'live',
    archivedAt: header.filedAt,
    first: reference,
    ...(original.messageId === undefined ? {} : { messageId: original.messageId.slice(0, MESSAGE_ID_TEXT) }),
    summary: summaryOf(original, header.receivedAt),
    retention: compactRetention(retention, reference.receivedAt),
    ...(lockedUntil === undefined ? {} : { lockedUntil }),
  };
  const list = dayListKey(header.filedAt, archiveId);
  const indexes =
    original.messageId === undefined ? { list } : { list, versions: versionsOf(original.messageId, header, archiveId) };
  return { ...recordKey(archiveId), version: 1, indexes, data: dataOf(record) };
}

function versionsOf(messageId: string, { filedAt }: ArrivalHeader, archiveId: string): ItemKey {
  return versionsKey(sha256Hex(messageId).slice(0, 32), filedAt, archiveId);
}

/** The entry of one distinct byte string among the originals of a message, after the first. */
export function renditionItem({ archiveId, reference }: StoredArrival): Item {
  return { ...renditionKey(archiveId, reference.contentHash), version: 1, data: dataOf(reference) };
}

/** What an arrival after the first says for retention: by its contents, so that what says the same is kept once. */
export function addedItem({ archiveId, reference, retention }: StoredArrival): Item {
  const added: AddedRetention = { arrivalId: reference.arrivalId, retention };
  const contents = sha256Hex(JSON.stringify(retention)).slice(0, 32);
  return { ...addedRetentionKey(archiveId, contents), version: 1, data: dataOf(added) };
}

/** A filing as the arrival brings it; `listShards` is the mailbox's. */
export function filingItem(stored: StoredArrival, resolved: ResolvedFiling, listShards: number): Item {
  const { archiveId, header, original, reference } = stored;
  const { mailboxId, folder, basis } = resolved;
  const filing: Filing = {
    mailboxId,
    originFolder: folder,
    folder,
    basis,
    arrivalId: reference.arrivalId,
    ...(header.source.fetched ? { marks: marksOf(header.source.fetched) } : {}),
    summary: summaryOf(original, header.receivedAt),
  };
  const date = sortDate(original.date, new Date(header.receivedAt)).toISOString();
  const list = folderListKey({ mailboxId, folder, listShards, sortDate: date, archiveId, originFolder: folder });
  return { ...filingKey(archiveId, mailboxId, folder), version: 1, indexes: { list }, data: dataOf(filing) };
}

function marksOf({ flags, internalDate, sizeBytes }: SourceMarks): SourceMarks {
  return { flags, ...(internalDate === undefined ? {} : { internalDate }), sizeBytes };
}

/** A Message-ID longer than this is kept in the bytes only: items stay small. RFC 5322 lines end at 998. */
const MESSAGE_ID_TEXT = 998;
