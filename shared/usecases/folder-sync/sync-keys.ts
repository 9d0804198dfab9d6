import type { ItemKey } from '../../ports/tables.ts';
import { nameHash } from '../filing/fetched-place.ts';

/** Keys of what folder synchronisation remembers, in the table `activity`; docs/architecture.md lists them. */

/** A live mailbox as a profile sees it. */
export interface SyncedAccount {
  readonly profileId: string;
  /** The mailbox at the source. */
  readonly account: string;
}

/** A place of a message in a live mailbox. */
export interface LiveMessagePlace {
  /** Path of the folder, joined by slashes. */
  readonly folder: string;
  readonly validity: string;
  readonly key: string;
}

function accountPart({ profileId, account }: SyncedAccount): string {
  return `${profileId}#${nameHash(account)}`;
}

/** The partition of all live messages of a folder, by the source's keys. */
export function livePartition(
  account: SyncedAccount,
  { folder, validity }: Pick<LiveMessagePlace, 'folder' | 'validity'>,
): string {
  return `sync#${accountPart(account)}#${nameHash(folder)}#${validity}`;
}

/** The partition of the live places of all messages, by their subject. */
export function placesPartition(account: SyncedAccount): string {
  return `sync-places#${accountPart(account)}`;
}

/** What the sort keys of all places of a subject begin with. */
export function placesPrefix(subject: string): string {
  return `${subject}#`;
}

export function livePlaceKey(
  account: SyncedAccount,
  subject: string,
  { folder, validity, key }: LiveMessagePlace,
): ItemKey {
  return { pk: placesPartition(account), sk: `${placesPrefix(subject)}${nameHash(folder)}#${validity}#${key}` };
}

/** What the source tells all copies of a message by. */
export function identityKey(account: SyncedAccount, emailId: string): ItemKey {
  return { pk: `sync-identity#${accountPart(account)}`, sk: nameHash(emailId) };
}

/** The partition of batches of subjects whose places have changed. */
export function touchedPartition(account: SyncedAccount): string {
  return `sync-touched#${accountPart(account)}`;
}

/** The partition of what an account has and the archive has not, by its id. */
export function missingOfPartition(account: SyncedAccount): string {
  return `sync-missing-of#${accountPart(account)}`;
}

/** The partition of what is missing of a mailbox of the archive, by time of receipt: for people. */
export function missingPartition(mailboxId: string): string {
  return `sync-missing#${mailboxId}`;
}

/** The partition of the folders of an account, by the hash of their paths. */
export function foldersPartition(account: SyncedAccount): string {
  return `sync-folders#${accountPart(account)}`;
}

/** Folders that a run began to go through and that were not kept yet, by folder and validity: it may have died. */
export function begunPartition(account: SyncedAccount): string {
  return `sync-begun#${accountPart(account)}`;
}

/** The partition of what a job archived of what was missing: its counts are the sum. */
export function syncOutcomesPartition(jobId: string): string {
  return `sync-outcome#${jobId}`;
}
