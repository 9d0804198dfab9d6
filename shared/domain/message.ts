import type { Address } from './address.ts';
import type { FilingBasis, Outcome } from './arrival.ts';
import type { PurgeCause } from './deletion/purge-cause.ts';
import type { SourceMarks } from './fetched-from.ts';
import type { PurgeState } from './purge-state.ts';
import type { CompactRetention } from './retention/recorded-retention.ts';
import type { PolicyReference } from './retention/retention-policy.ts';

/** What lists show of a message, short enough to be copied into every filing. Times are ISO 8601, UTC. */
export interface MessageSummary {
  /** The Date field if it can be read, else `receivedAt`. */
  readonly date: string;
  readonly receivedAt: string;
  readonly from: Address;
  /** At most `SUMMARY_RECIPIENTS`. */
  readonly to: readonly Address[];
  readonly subject: string;
  readonly sizeBytes: number;
  readonly hasAttachments: boolean;
}

/** How many recipients a summary names: it stands in front of a person in a list. */
export const SUMMARY_RECIPIENTS = 10;
/** How much of a subject or name a summary keeps, in UTF-16 units: items stay small however long a field is. */
export const SUMMARY_TEXT = 500;

/** One arrival as the record or a rendition names it. */
export interface ArrivalReference {
  readonly arrivalId: string;
  /** SHA-256 of the original, lowercase hex. */
  readonly contentHash: string;
  /** SHA-256 of the whole arrival, carrier included. */
  readonly arrivalHash: string;
  readonly sizeBytes: number;
  readonly receivedAt: string;
  /** Version of the stored object. */
  readonly versionId: string;
}

/** The record of a message: what decides whether it is there. */
export interface MessageRecord {
  readonly state: PurgeState;
  readonly archivedAt: string;
  /** The arrival that made the message. */
  readonly first: ArrivalReference;
  readonly messageId?: string;
  readonly summary: MessageSummary;
  /** What retention is decided by; absent from older records, whose arrivals tell the same. */
  readonly retention?: CompactRetention;
  /** Until when storage has locked its first arrival; later locks stand beside the record. */
  readonly lockedUntil?: string;
  /** Only while `purged`. */
  readonly tombstone?: Tombstone;
}

/** What storage kept of a message for longer than the message. Times are ISO 8601, UTC. */
export interface LockedBytes {
  /** Objects in the storage, as a rule large attachments, when it was purged. */
  readonly objects: number;
  /** When the last of their locks was to end; absent where that is not known. */
  readonly until?: string;
  /** Those of the objects that are attachments, while they are there: nothing else would tell after a rebuild. */
  readonly attachmentIds?: readonly string[];
  /** Since when nothing is left of them. */
  readonly goneAt?: string;
}

/** What a purge leaves: the arrivals that it was decided on, so that a late retry of one is not filed again. No content. */
export interface Tombstone {
  readonly purgedAt: string;
  /** The mailboxes it was filed in, at most `TOMBSTONE_MAILBOXES`; absent from older ones. */
  readonly mailboxIds?: readonly string[];
  /** What a purge that was decided by policies, or asked for by somebody, says of itself. */
  readonly cause?: PurgeCause['kind'];
  readonly jobId?: string;
  /** The approved request that asked for it. */
  readonly requestId?: string;
  /** Whose maximum it was past. */
  readonly policy?: PolicyReference;
  /** Its distinct byte strings, at most `TOMBSTONE_RENDITIONS`, by a keyed hash. */
  readonly renditions?: readonly { readonly hash: string; readonly sizeBytes: number }[];
  /** Absent where all of it went with the message. */
  readonly bytesLocked?: LockedBytes;
  readonly arrivals: readonly { readonly arrivalId: string; readonly outcome: Outcome }[];
}

/** Who moves filings: somebody, or a folder-sync profile that found the message elsewhere in its live mailbox. */
export type FilingMover =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'sync'; readonly profileId: string };

/** That a filing was moved; ISO 8601, UTC. */
interface FilingMove {
  readonly by: FilingMover;
  readonly at: string;
}

/** Keeps a tombstone small: senders decide how many renditions there are. */
export const TOMBSTONE_RENDITIONS = 100;
export const TOMBSTONE_MAILBOXES = 1_000;

/** That a message lies in a folder of an archive mailbox. */
export interface Filing {
  readonly mailboxId: string;
  /** Part of the filing's identity; never changes. */
  readonly originFolder: string;
  /** Where it lies now. */
  readonly folder: string;
  readonly basis: FilingBasis;
  /** The arrival that brought it. */
  readonly arrivalId: string;
  /** Set once somebody removed it, or it was merged; the filing stays so that no late arrival undoes that. */
  readonly removedAt?: string;
  /**
   * The origin folder of the filing in the same mailbox that shows the message for this one, where both came to lie in
   * one folder.
   */
  readonly mergedInto?: string;
  /** The last move, if any. */
  readonly moved?: FilingMove;
  /** Who did, by user name. */
  readonly removedBy?: string;
  /** Set while somebody whose own mailbox this is keeps the message from readers without a grant. */
  readonly private?: { readonly by: string; readonly at: string };
  /**
   * Ids of requests that restrict access to the message: until they end it is stored, and shown to auditors only. On
   * any filing it counts for the whole message.
   */
  readonly restrictedBy?: readonly string[];
  /** What the source said of it, where it was fetched. */
  readonly marks?: SourceMarks;
  readonly summary: MessageSummary;
}
