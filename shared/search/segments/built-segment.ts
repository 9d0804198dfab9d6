import type { ManifestSegment } from '../manifest.ts';

/** What the manifest says of a segment, but for its name and what became of it. */
export type SegmentFacts = Omit<ManifestSegment, 'segmentId' | 'changes' | 'isStale' | 'holdsPurged'>;

/** A segment ready to be stored. */
export interface BuiltSegment {
  /** The index file, in parts. */
  readonly index: readonly Uint8Array[];
  /** The text file, in parts; may be called again. Throws `DamagedSegmentError` where a text that is copied is damaged. */
  texts(): AsyncIterable<Uint8Array>;
  readonly facts: SegmentFacts;
}
