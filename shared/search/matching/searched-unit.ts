import type { ManifestSegment } from '../manifest.ts';
import type { Segment } from '../segments/segment.ts';

/** A segment as a manifest names it. */
export interface SegmentSnapshot {
  readonly facts: ManifestSegment;
  /** May be called more than once, and answers the same: a reader never sees half of a change. Throws `DamagedSegmentError`. */
  open(): Promise<Segment>;
}

/**
 * How much of a message somebody may look for: everything, or what a header summary shows: the fields from, to, cc,
 * subject (unless hidden) and Message-ID, dates, size, folder, `sent`, `received` and `hasAttachments`. What is asked
 * of anything else is answered as if no message had it, so that `-word` tells nothing either.
 */
export type Sight = 'all' | 'headers' | 'headersWithoutSubject';

/** What the caller may find in a unit, decided before the search. */
export interface Visibility {
  readonly sight: Sight;
  /** Of messages marked private; the narrower of the two counts. */
  readonly privateSight: Sight;
  /** Whether blind copies are found that not every reader of the mailbox may see: for auditors. */
  readonly hiddenBcc: boolean;
  /** Only what was received then, milliseconds since 1970: `from` inclusive, `to` exclusive. */
  readonly received?: { readonly from?: number; readonly to?: number };
  /** Whether messages are found to which access is restricted; they are as if they were not there where it is absent. */
  readonly restricted?: boolean;
  /** Passes over messages that lie in the mailbox of an endpoint too, which is searched as well. */
  readonly withoutCovered: boolean;
}

/** A unit at one moment, with what the caller may find in it. */
export interface SearchedUnit {
  readonly mailboxId: string;
  readonly part: string;
  readonly segments: readonly SegmentSnapshot[];
  readonly visibility: Visibility;
}
