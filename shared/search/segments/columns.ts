import { DamagedSegmentError } from '../../errors.ts';
import { FLAGS } from '../index-document.ts';
import type { SegmentFacts } from './built-segment.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Changes } from './changes.ts';
import type { SegmentColumns } from './segment.ts';
import { readValueColumn, valueColumn, valuesOf, writeValueColumn } from './value-column.ts';

/** What the columns have of one document. */
export interface DocumentColumns {
  readonly sortDate: number;
  readonly receivedAt: number;
  readonly size: number;
  readonly length: number;
  readonly flags: number;
  readonly folders: readonly string[];
  readonly sender: string;
  readonly attachmentTypes: readonly string[];
}

/** The columns of documents in the order of their numbers. */
export function columnsOf(documents: readonly DocumentColumns[]): SegmentColumns {
  return {
    sortDates: Float64Array.from(documents, ({ sortDate }) => sortDate),
    receivedAts: Float64Array.from(documents, ({ receivedAt }) => receivedAt),
    sizes: Float64Array.from(documents, ({ size }) => size),
    lengths: Uint32Array.from(documents, ({ length }) => length),
    flags: Uint16Array.from(documents, ({ flags }) => flags),
    removed: new Uint8Array(documents.length),
    folders: valueColumn(documents.map(({ folders }) => folders)),
    senders: valueColumn(documents.map(({ sender }) => (sender === '' ? [] : [sender]))),
    attachmentTypes: valueColumn(documents.map(({ attachmentTypes }) => attachmentTypes)),
  };
}

/** What the columns have of the document with that number. */
export function documentColumns(columns: SegmentColumns, document: number): DocumentColumns {
  return {
    sortDate: columns.sortDates[document] ?? 0,
    receivedAt: columns.receivedAts[document] ?? 0,
    size: columns.sizes[document] ?? 0,
    length: columns.lengths[document] ?? 0,
    flags: columns.flags[document] ?? 0,
    folders: valuesOf(columns.folders, document),
    sender: valuesOf(columns.senders, document)[0] ?? '',
    attachmentTypes: valuesOf(columns.attachmentTypes, document),
  };
}

/** The section `columns` of an index file. */
export function writeColumns(columns: SegmentColumns): Uint8Array {
  const out = new ByteWriter();
  const { sortDates, receivedAts } = columns;
  // Dates of mail are whole seconds; those of its receipt often are not.
  const sortUnit = unitOf(sortDates);
  const receivedUnit = sortUnit === 1 ? 1 : unitOf(receivedAts);
  out.varint(sortUnit);
  out.varint(receivedUnit);
  for (let i = 0, last = 0; i < sortDates.length; last = sortDates[i++] ?? 0) {
    out.signed((last - (sortDates[i] ?? 0)) / sortUnit);
  }
  for (let i = 0; i < sortDates.length; i++) {
    out.signed(((receivedAts[i] ?? 0) - (sortDates[i] ?? 0)) / receivedUnit);
  }
  for (const column of [columns.sizes, columns.lengths, columns.flags]) for (const value of column) out.varint(value);
  for (const column of [columns.folders, columns.senders, columns.attachmentTypes]) writeValueColumn(out, column);
  return out.take();
}

/** Throws `DamagedSegmentError` where it is not the section of a segment with so many documents. */
export function readColumns(bytes: Uint8Array, documentCount: number): SegmentColumns {
  const reader = new ByteReader(bytes);
  const sortUnit = reader.varint();
  const receivedUnit = reader.varint();
  // Each document has at least a byte in each of these columns.
  if (documentCount * 8 > reader.left) throw new DamagedSegmentError('the columns are too short');
  const sortDates = new Float64Array(documentCount);
  for (let i = 0, date = 0; i < documentCount; i++) sortDates[i] = date -= reader.signed() * sortUnit;
  const receivedAts = sortDates.map((date) => date + reader.signed() * receivedUnit);
  const varint = () => reader.varint();
  const columns = {
    sortDates,
    receivedAts,
    sizes: new Float64Array(documentCount).map(varint),
    lengths: new Uint32Array(documentCount).map(varint),
    flags: new Uint16Array(documentCount).map(varint),
    removed: new Uint8Array(documentCount),
    folders: readValueColumn(reader, documentCount),
    senders: readValueColumn(reader, documentCount),
    attachmentTypes: readValueColumn(reader, documentCount),
  };
  if (reader.left > 0) throw new DamagedSegmentError('the columns are too long');
  return columns;
}

/** The columns as these changes leave them. */
export function withChanges(columns: SegmentColumns, changes: Changes): SegmentColumns {
  if (changes.size === 0) return columns;
  const removed = columns.removed.slice();
  const flags = columns.flags.slice();
  const folders = Array.from(removed, (_, document) => valuesOf(columns.folders, document));
  for (const [document, change] of changes) {
    if ('removed' in change) removed[document] = 1;
    else {
      flags[document] = change.flags;
      folders[document] = change.folders;
    }
  }
  return { ...columns, removed, flags, folders: valueColumn(folders) };
}

/** What the manifest says of documents with these columns. */
export function factsOf(
  columns: SegmentColumns,
): Pick<SegmentFacts, 'documents' | 'sortDates' | 'receivedAts' | 'covered'> {
  const { sortDates, receivedAts, flags } = columns;
  return {
    documents: sortDates.length,
    sortDates: [sortDates.at(-1) ?? 0, sortDates[0] ?? 0],
    receivedAts:
      receivedAts.length === 0
        ? [0, 0]
        : [receivedAts.reduce((a, b) => Math.min(a, b)), receivedAts.reduce((a, b) => Math.max(a, b))],
    covered: flags.reduce((sum, flag) => sum + ((flag & FLAGS.covered) === 0 ? 0 : 1), 0),
  };
}

function unitOf(dates: Float64Array): number {
  return dates.every((date) => date % 1000 === 0) ? 1000 : 1;
}
