import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { LiveFolder } from '../../domain/live-folders.ts';

/** What became of a live message. */
type LiveState =
  /** It is a message of the archive. */
  | 'matched'
  /** It is not in the archive, or not yet. */
  | 'missing'
  /** Several messages of the archive may be it, or its bytes cannot be read: it is left alone. */
  | 'ambiguous'
  /** Nobody has sent it. */
  | 'draft';

/** A live message at its place. */
export interface LiveMessage {
  /** `archiveId`, or the id of what is missing; absent for what is left alone. */
  readonly subject?: string;
  readonly state: LiveState;
  readonly sizeBytes: number;
  readonly internalDate?: string;
  readonly emailId?: string;
}

/** A live place of a message, by its subject. */
export type LivePlace = LiveFolder;

/** A batch of subjects whose live places have changed, or may have. */
export interface TouchedBatch {
  readonly subjects: readonly string[];
}

/** What an account has and the archive has not, as it is looked up again. Times are ISO 8601, UTC. */
export interface MissingMail {
  /** Where it was found first. */
  readonly place: { readonly path: readonly string[]; readonly validity: string; readonly key: string };
  /** Internal date, else the Date field, else when it was found; never later than that. */
  readonly receivedAt: string;
  readonly sizeBytes: number;
  /** As the index of Message-IDs has it; absent without one. */
  readonly messageIdHash?: string;
  readonly date?: string;
  readonly from?: string;
  readonly fromName?: string;
  /** Subject field. */
  readonly title: string;
  /** Where its bytes were read. */
  readonly fingerprint?: string;
  readonly firstSeenAt: string;
  /** Sort key in the list of the mailbox, once it counts as missing rather than on its way. */
  readonly listedAs?: string;
  /** Paths of the live folders that it lies in, or lay in last, joined by slashes, as they were listed. */
  readonly folders?: readonly string[];
  /** Whether an event told of it. */
  readonly isTold?: boolean;
  /** Since when it lies nowhere in the live mailbox. */
  readonly goneAt?: string;
  /** Set before it is taken in: an attempt to archive it that died is made again, whatever is found of it by then. */
  readonly isTakenIn?: boolean;
  /** Set where it was to be archived, and had been purged before: it is not missed. */
  readonly isExcluded?: boolean;
  /** When it was looked up last, once that is not done at every run any more. */
  readonly lookedUpAt?: string;
}

/** What people see of missing mail. Times are ISO 8601, UTC. */
export interface ListedMissing {
  /** Paths of the live folders that it lies or lay in, joined by slashes. */
  readonly folders: readonly string[];
  readonly receivedAt: string;
  /** The Date field, where it can be read. */
  readonly date?: string;
  readonly from: { readonly name?: string; readonly address: string };
  readonly subject: string;
  readonly sizeBytes: number;
  readonly messageIdHash?: string;
  readonly firstSeenAt: string;
  readonly profileId: string;
  readonly account: string;
  /** Since when it lies nowhere in the live mailbox. */
  readonly goneAt?: string;
}

/** A folder as it was when it was gone through last. */
export interface SyncedFolder extends LiveFolder {
  readonly folder: string;
  readonly validity: string;
  /** Keys below it were given before; absent where the source does not say. */
  readonly nextKey?: string;
  /** How many messages the source said it had. */
  readonly messages: number;
  /** How many of them were left alone. */
  readonly ambiguous: number;
  /** When all of it was compared; ISO 8601, UTC. */
  readonly comparedAt: string;
}

/** What a job archived of what was missing. */
export type SyncOutcome = Pick<LedgerEntry, 'outcome' | 'sizeBytes'>;
