import type { ArrivalSource } from '../arrival.ts';
import type { Direction } from '../direction.ts';

/** A folder of a mailbox that a message lies in, or lay in until somebody removed it there. */
export interface RetainedPlace {
  readonly mailboxId: string;
  readonly folder: string;
  /** Ids of the groups that the owner of the mailbox is in, however deep. */
  readonly groups: readonly string[];
  /** The mailbox is a journal endpoint's own: it has what came there, and nobody keeps anything in it. */
  readonly isJournal?: true;
  /** Somebody removed it there: it counts for minimums only. */
  readonly isFormer?: true;
}

/**
 * What retention looks at of a message: what its record and its filings say at one moment. What is unknown is left
 * out or said to be, so that it never shortens anything.
 */
export interface RetentionFacts {
  /** When the archive filed it. */
  readonly archivedAt: Date;
  /**
   * When it was received, by the best evidence there is: its last journal arrival, else INTERNALDATE (RFC 9051, 2.3.3), else the
   * Received field that the last host wrote; never the Date field. Absent where there is none of these.
   */
  readonly receivedAt?: Date;
  /** Ids of the journal endpoints that it came by. */
  readonly endpoints: readonly string[];
  /** Where it lies and lay, each once. */
  readonly places: readonly RetainedPlace[];
  /** Absent where it cannot be said. */
  readonly direction?: Direction;
  /** Normalised addresses. */
  readonly senders: readonly string[];
  /** Normalised addresses, blind copies too: not for readers. */
  readonly recipients: readonly string[];
  /** Whether it has, or may have, more senders or recipients than are named. */
  readonly addressesTruncated: boolean;
  readonly sources: readonly ArrivalSource['kind'][];
  readonly sizeBytes: number;
}
