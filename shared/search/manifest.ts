/** The index of one unit at one moment; the only object of it that is ever replaced (with `If-Match`). JSON. */
export interface Manifest {
  readonly format: 1;
  readonly mailboxId: string;
  /** `all`, or `<yyyy-mm>.<shard>` for the mailbox of an endpoint. */
  readonly part: string;
  /** Grows by one with each change. */
  readonly generation: number;
  /** In no order. */
  readonly segments: readonly ManifestSegment[];
  /** Segments that could not be read and were taken out: what was in them is missing until it is indexed again. */
  readonly damaged?: readonly string[];
  /** Marks whose work is in these segments and that are being deleted: a worker that died in between does not do it twice. */
  readonly doneMarks: readonly string[];
}

export interface ManifestSegment {
  readonly segmentId: string;
  readonly tokeniser: number;
  readonly documents: number;
  readonly indexBytes: number;
  readonly textBytes: number;
  /** CRC-32 of the end of the index file, which holds the checksums of the rest. */
  readonly endChecksum: number;
  /** The same of the text file. */
  readonly textChecksum: number;
  /** Milliseconds since 1970: the oldest and newest sort date, and receipt. */
  readonly sortDates: readonly [number, number];
  readonly receivedAts: readonly [number, number];
  /**
   * How many of its messages are `covered` (see FLAGS): where all are, a search that has the endpoint's mailbox passes
   * it over.
   */
  readonly covered: number;
  /** Changes to messages since it was written: a file beside it that is replaced as a whole. */
  readonly changes?: {
    readonly name: string;
    readonly bytes: number;
    readonly checksum: number;
    readonly removed: number;
  };
  /** Being replaced by a reindex: what is indexed anew is removed from it, and what is left in the end goes with it. */
  readonly isStale?: true;
  /** Words of purged messages are still in its files: it is to be rewritten soon. */
  readonly holdsPurged?: true;
}
