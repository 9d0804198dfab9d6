import type { LargeAttachment } from './attachment.ts';
import type { JournalReport } from './journal-report.ts';
import type { OriginalFacts } from './original.ts';

/** What an arrival is read by. */
export interface ArrivalRules {
  /** Domain of the journal endpoints' addresses, lower case. */
  readonly journalDomain: string;
  /** From so many encoded bytes on an attachment is stored once for all messages that have it. */
  readonly singleInstanceBytes: number;
  /** Everything is its own original, journal reports too: outside of endpoints they are mail like any other. */
  readonly keepCarriers?: boolean;
}

/** All that filing needs to know of the bytes of an arrival. */
export interface ArrivalReading {
  /** SHA-256 of the whole arrival, lowercase hex. */
  readonly arrivalHash: string;
  readonly original: OriginalFacts;
  /** Where the original begins in the arrival. */
  readonly originalOffset: number;
  /** What the original was wrapped in; left out where the arrival is the original. */
  readonly carrier?: 'report' | 'ndr';
  readonly report?: JournalReport;
  /** To be stored apart from the rest of the arrival, in the order they stand in it. */
  readonly large: readonly LargeAttachment[];
}
