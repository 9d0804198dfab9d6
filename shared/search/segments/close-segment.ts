import { writeArchiveIds } from './archive-ids.ts';
import type { BuiltSegment } from './built-segment.ts';
import { ByteWriter } from './byte-writer.ts';
import { columnsOf, type DocumentColumns, factsOf, writeColumns } from './columns.ts';
import type { IndexWriter } from './index-writer.ts';
import { writeTextFileEnd } from './text-file.ts';
import { valueColumn, writeValueColumn } from './value-column.ts';

/** What a segment says of one document beside its terms and texts. */
export interface DocumentFacts extends DocumentColumns {
  readonly archiveId: string;
  readonly subjectKey: string;
}

/** Closes the files of a segment, whose documents and chunks of text are given in the order of their numbers. */
export function closeSegment(
  writer: IndexWriter,
  tokeniser: number,
  documents: readonly DocumentFacts[],
  chunks: readonly { readonly length: number; readonly checksum: number }[],
  readChunks: () => AsyncIterable<Uint8Array>,
): BuiltSegment {
  const columns = columnsOf(documents);
  const subjects = new ByteWriter();
  writeValueColumn(subjects, valueColumn(documents.map(({ subjectKey }) => [subjectKey])));
  const ids = writeArchiveIds(documents.map(({ archiveId }) => archiveId));
  const index = writer.finish(documents.length, tokeniser, [writeColumns(columns), subjects.take(), ids]);
  const end = writeTextFileEnd(chunks);
  return {
    index: index.parts,
    async *texts() {
      yield* readChunks();
      yield end.bytes;
    },
    facts: {
      tokeniser,
      ...factsOf(columns),
      indexBytes: index.sizeBytes,
      textBytes: end.sizeBytes,
      endChecksum: index.endChecksum,
      textChecksum: end.textChecksum,
    },
  };
}
