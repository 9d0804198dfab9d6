import type { FieldName } from '../field.ts';
import type { TermPattern } from '../tokens/term-pattern.ts';
import type { ArchiveIds } from './archive-ids.ts';
import { ByteReader } from './byte-reader.ts';
import type { Changes } from './changes.ts';
import type { CheckedBytes } from './checked-bytes.ts';
import { readColumns, withChanges } from './columns.ts';
import type { Dictionary } from './dictionary.ts';
import { readKeptMessages } from './kept-message.ts';
import { Lazy } from './lazy.ts';
import { readPositions } from './read-positions.ts';
import { type DecodedPostings, readPostings } from './read-postings.ts';
import type {
  KeptMessage,
  Positions,
  Postings,
  Segment,
  SegmentBytes,
  SegmentColumns,
  TermEntry,
  ValueColumn,
} from './segment.ts';
import type { SparseIndex } from './sparse-index.ts';
import { type StoredField, StoredTerm } from './stored-term.ts';
import { TextFile } from './text-file.ts';
import { readValueColumn } from './value-column.ts';

/** Where a section of the index file lies; `end` exclusive. */
export type Section = readonly [start: number, end: number];

/** What the end of an index file tells of the rest. */
export interface SegmentParts {
  readonly segmentId: string;
  readonly documentCount: number;
  readonly tokeniser: number;
  readonly bytes: CheckedBytes;
  readonly texts: SegmentBytes;
  readonly textChecksum: number;
  readonly terms: SparseIndex;
  readonly dictionary: Dictionary;
  readonly columns: Section;
  readonly subjects: Section;
  readonly ids: ArchiveIds;
  readonly changes: Changes;
}

/** Postings of so many terms that are in every message are kept decoded: eight bytes for each message of each. */
const MOST_DECODED = 4;

/** See `openSegment`. */
export class OpenedSegment implements Segment {
  readonly segmentId: string;
  readonly documentCount: number;
  /** Also what merging needs. */
  readonly parts: SegmentParts;
  readonly #columns: Lazy<SegmentColumns>;
  readonly #subjects: Lazy<ValueColumn>;
  readonly #texts: Lazy<TextFile>;
  /** Postings of entries that are still in use: positions need them again. */
  #decoded = new WeakMap<StoredField, DecodedPostings>();
  #decodedDocuments = 0;

  constructor(parts: SegmentParts) {
    this.parts = parts;
    this.segmentId = parts.segmentId;
    this.documentCount = parts.documentCount;
    const { bytes, columns, subjects, documentCount, changes } = parts;
    this.#columns = new Lazy(async () =>
      withChanges(readColumns(await bytes.read(...columns), documentCount), changes),
    );
    this.#subjects = new Lazy(async () =>
      readValueColumn(new ByteReader(await bytes.read(...subjects)), documentCount),
    );
    this.#texts = new Lazy(() => TextFile.open(parts.texts, documentCount, parts.textChecksum));
  }

  columns(): Promise<SegmentColumns> {
    return this.#columns.get();
  }

  subjectKeys(): Promise<ValueColumn> {
    return this.#subjects.get();
  }

  archiveIds(documents: readonly number[]): Promise<readonly string[]> {
    return this.parts.ids.of(documents);
  }

  findDocuments(archiveIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.parts.ids.find(archiveIds);
  }

  terms(pattern: TermPattern, limit: number): Promise<readonly TermEntry[]> {
    return this.parts.dictionary.matching(pattern, limit);
  }

  async postings(entry: TermEntry, field: FieldName): Promise<Postings | undefined> {
    const stored = storedField(entry, field);
    return stored && this.#postings(stored);
  }

  async positions(entry: TermEntry, field: FieldName, documents: Uint32Array): Promise<Positions> {
    const stored = storedField(entry, field);
    if (!stored || documents.length === 0) {
      return { starts: new Uint32Array(documents.length + 1), values: new Uint32Array() };
    }
    if (stored.inline) {
      const values = stored.inline.positions;
      return { starts: Uint32Array.of(0, values.length), values };
    }
    return readPositions(this.parts.bytes, ...stored.positions, await this.#postings(stored), documents);
  }

  async messages(documents: readonly number[]): Promise<readonly KeptMessage[]> {
    const file = await this.#texts.get();
    return readKeptMessages(await file.chunks(documents));
  }

  textFile(): Promise<TextFile> {
    return this.#texts.get();
  }

  async #postings(field: StoredField): Promise<DecodedPostings> {
    if (field.inline) return inlinePostings(field.inline);
    const known = this.#decoded.get(field);
    if (known) return known;
    const { bytes } = this.parts;
    const stored = bytes.readNow(...field.postings) ?? (await bytes.read(...field.postings));
    const decoded = readPostings(stored, field.documents, this.documentCount);
    this.#decodedDocuments += field.documents;
    if (this.#decodedDocuments > this.documentCount * MOST_DECODED) {
      this.#decoded = new WeakMap();
      this.#decodedDocuments = field.documents;
    }
    this.#decoded.set(field, decoded);
    return decoded;
  }
}

/** Throws `TypeError` where the entry was not given by a segment of this kind. */
function storedField(entry: TermEntry, field: FieldName): StoredField | undefined {
  if (!(entry instanceof StoredTerm)) throw new TypeError('an entry of another segment');
  return entry.fields.find((stored) => stored.field === field);
}

function inlinePostings({ document, positions }: NonNullable<StoredField['inline']>): DecodedPostings {
  return {
    documents: Uint32Array.of(document),
    frequencies: Uint32Array.of(positions.length),
    blockStarts: new Uint32Array(),
  };
}
