import type { ArrivalSource, Envelope, Outcome } from './arrival.ts';

/** What became of one arrival; put once, and changed only when quarantined input is filed after all. */
export interface LedgerEntry {
  readonly arrivalId: string;
  readonly receivedAt: string;
  readonly source: ArrivalSource;
  readonly outcome: Outcome;
  /** Why, for `quarantined` and `excluded`. */
  readonly reason?: string;
  /** Absent for `quarantined` and `excluded`. */
  readonly archiveId?: string;
  /** SHA-256 of the original; of the whole arrival where no original could be found in it. */
  readonly contentHash: string;
  /** SHA-256 of the whole arrival, where that is more than the original. */
  readonly arrivalHash?: string;
  /** Size of what `contentHash` covers. */
  readonly sizeBytes: number;
  /** At most `LEDGER_RECIPIENTS` recipients; the stored arrival has all. */
  readonly envelope: Envelope;
  /** Hash of the Message-ID, for fetched mail: tells a message from another that got its key. */
  readonly messageIdHash?: string;
  /** When it was filed, for fetched mail; ISO 8601, UTC. */
  readonly filedAt?: string;
  /** How many recipients the envelope had. */
  readonly recipientCount: number;
}

/** Keeps a ledger item far below the 400 KB that a table item may have. */
export const LEDGER_RECIPIENTS = 100;
