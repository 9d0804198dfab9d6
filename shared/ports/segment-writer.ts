import type { IndexDocument } from '../search/index-document.ts';
import type { ManifestSegment } from '../search/manifest.ts';

/** A message as it is handed over; whether it is German the writer finds out. */
export type MessageToWrite = Omit<IndexDocument, 'isGerman'>;

/** What the index of one mailbox, or of a part of it, is called. */
export interface IndexedUnit {
  readonly mailboxId: string;
  readonly part: string;
}

/** A segment that is about to be written: nothing is stored under its name yet. */
export interface NewSegment {
  readonly unit: IndexedUnit;
  readonly segmentId: string;
}

/**
 * Writes the files of segments into the store of what can be made again; nobody reads them before a manifest names
 * them. What is handed over survives structured cloning. Each method may throw `StorageError`: then files may be there
 * or not, and the same work may be given again under another name.
 */
export interface SegmentWriter {
  /** Stores a segment of these messages, one at least, each once. */
  build(segment: NewSegment, documents: readonly MessageToWrite[]): Promise<ManifestSegment>;
  /**
   * Stores a segment of what is left in segments of that unit, as their changes leave them; one message at least.
   * Throws `DamagedSegmentError` that says which of them is damaged.
   */
  merge(segment: NewSegment, segments: readonly ManifestSegment[]): Promise<ManifestSegment>;
  /** Whether all that a segment consists of can be read; looks at what is stored now. */
  isReadable(unit: IndexedUnit, segment: ManifestSegment): Promise<boolean>;
}
