import type { MessageSummary } from '../../domain/message.ts';
import type { FieldName } from '../field.ts';
import type { TermPattern } from '../tokens/term-pattern.ts';

/**
 * Bytes of one stored object, read by parts. Throws `DamagedSegmentError` (`shared/errors.ts`) where they are missing
 * or fail their checksum.
 */
export interface SegmentBytes {
  readonly sizeBytes: number;
  /** `start` inclusive, `end` exclusive, within the object. The answer must not be written to. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** The same at once, where it is in memory; else `undefined`. */
  readNow?(start: number, end: number): Uint8Array | undefined;
}

/** A term of the dictionary of a segment. */
export interface TermEntry {
  readonly term: string;
  /** The fields it stands in, ascending by code, with the number of messages in each. */
  readonly fields: readonly { readonly field: FieldName; readonly documents: number }[];
}

/** The messages that have a term in a field. */
export interface Postings {
  /** Numbers of messages, ascending. */
  readonly documents: Uint32Array;
  /** How often each has it; same length. */
  readonly frequencies: Uint32Array;
}

/**
 * Where a term stands in some messages: `values[i]` for `starts[n] <= i < starts[n + 1]` are its positions, ascending,
 * in the `n`th of them.
 */
export interface Positions {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

/** A column of facet values: `values[ordinals[i]]` for `starts[n] <= i < starts[n + 1]` are those of message `n`. */
export interface ValueColumn {
  readonly values: readonly string[];
  readonly starts: Uint32Array;
  readonly ordinals: Uint32Array;
}

/** One value for each message, changes since the segment was written included. */
export interface SegmentColumns {
  /** Milliseconds since 1970, descending: message 0 is the newest. */
  readonly sortDates: Float64Array;
  readonly receivedAts: Float64Array;
  readonly sizes: Float64Array;
  /** Words of all texts together. */
  readonly lengths: Uint32Array;
  /** Sums of `FLAGS`. */
  readonly flags: Uint16Array;
  /** 1 where the message is no longer in the mailbox: it must not be found. */
  readonly removed: Uint8Array;
  readonly folders: ValueColumn;
  /** Values ascending (by UTF-16 unit), each once: an order by sender is an order by ordinals. */
  readonly senders: ValueColumn;
  readonly attachmentTypes: ValueColumn;
}

/** A word of a text: its position in the field, and its characters, `end` exclusive. */
export interface MarkedWord {
  readonly position: number;
  readonly start: number;
  readonly end: number;
}

/** A part of a text around a word. */
export interface TextAround {
  readonly text: string;
  /** Where the word begins in it. */
  readonly start: number;
  /** Whether the whole text begins here, ends here. */
  readonly isStart: boolean;
  readonly isEnd: boolean;
  readonly marked?: readonly MarkedWord[];
}

/** A text kept for snippets. */
export interface KeptText {
  readonly field: 'body' | 'attachment';
  readonly attachment?: number;
  /** Position of its first word in the field. */
  readonly firstPosition: number;
  /**
   * The characters from about `before` words before to `after` words behind the word at that position of the field, and
   * where that word stands in them. With `marked`, also where those terms stand in them, in order.
   */
  around(position: number, before: number, after: number, marked?: ReadonlySet<string>): TextAround;
  /** The first characters, at most so many. */
  opening(characters: number): string;
}

/** What is shown of a message that was found. */
export interface KeptMessage {
  readonly archiveId: string;
  readonly summary: MessageSummary;
  readonly texts: readonly KeptText[];
}

/**
 * An immutable part of the index of a mailbox, opened. Messages are numbered by sort date, newest first, those with
 * the same by `archiveId`, ascending. All methods may throw `DamagedSegmentError`.
 */
export interface Segment {
  readonly segmentId: string;
  readonly documentCount: number;
  columns(): Promise<SegmentColumns>;
  /**
   * One `subjectKey` (`../subject-key.ts`) for each message, values ascending (by UTF-16 unit), each once; read for the
   * order by subject only.
   */
  subjectKeys(): Promise<ValueColumn>;
  /** In the order asked; touches no texts. */
  archiveIds(documents: readonly number[]): Promise<readonly string[]>;
  /** Terms that match, in the order of the dictionary; at most `limit`, the most frequent where there are more. */
  terms(pattern: TermPattern, limit: number): Promise<readonly TermEntry[]>;
  /** `undefined` where the term does not stand in that field. */
  postings(entry: TermEntry, field: FieldName): Promise<Postings | undefined>;
  /** Positions of the term in the field for each of `documents` (ascending, a subset of the postings). */
  positions(entry: TermEntry, field: FieldName, documents: Uint32Array): Promise<Positions>;
  /** What is shown of these messages, in the order asked. */
  messages(documents: readonly number[]): Promise<readonly KeptMessage[]>;
  /** Which of these messages it has, removed ones too, and under which number. */
  findDocuments(archiveIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
