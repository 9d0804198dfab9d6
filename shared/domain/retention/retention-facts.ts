import type { ArrivalSource } from '../arrival.ts';
import type { Direction } from '../direction.ts';

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
  /** Ids of the mailboxes it is filed in. */
  readonly mailboxes: readonly string[];
  /** Ids of mailboxes whose filing somebody removed: they count for minimums only. */
  readonly formerMailboxes: readonly string[];
  /** Ids of the groups that the owners of `mailboxes` and `formerMailboxes` are in, however deep. */
  readonly groups: readonly string[];
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
  /** The folders that it lies in now. */
  readonly folders: readonly string[];
}
