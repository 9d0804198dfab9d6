import type { IndexDocument } from '../../../../shared/search/index-document.ts';
import type { SegmentSnapshot } from '../../../../shared/search/matching/searched-unit.ts';
import { type Change, writeChanges } from '../../../../shared/search/segments/changes.ts';
import { memoryBytes } from '../../../../shared/search/segments/memory-bytes.ts';
import { openSegment } from '../../../../shared/search/segments/open-segment.ts';
import { SegmentBuilder } from '../../../../shared/search/segments/segment-builder.ts';
import type { ModelOptions } from './model-segment.ts';

/** The same as `modelSnapshot`, written and read as they are stored. */
export async function storedSnapshot(
  segmentId: string,
  documents: readonly IndexDocument[],
  { removed }: ModelOptions = {},
): Promise<SegmentSnapshot> {
  const builder = new SegmentBuilder();
  for (const document of documents) builder.add(document);
  const built = builder.finish();
  const texts: Uint8Array[] = [];
  for await (const part of built.texts()) texts.push(part);
  const [index, text] = [memoryBytes(Buffer.concat(built.index)), memoryBytes(Buffer.concat(texts))];
  const facts = { ...built.facts, segmentId };
  const segment = await openSegment(index, text, facts);
  const ids = documents.map(({ archiveId }) => archiveId).filter((archiveId) => removed?.has(archiveId));
  if (ids.length === 0) return { facts, open: async () => segment };
  const numbers = [...(await segment.findDocuments(ids)).values()].sort((a, b) => a - b);
  const { bytes, checksum } = writeChanges(
    new Map(numbers.map((number): [number, Change] => [number, { removed: true }])),
  );
  const changes = { name: 'c', bytes: bytes.length, checksum, removed: ids.length };
  const changed = await openSegment(index, text, { ...facts, changes }, bytes);
  return { facts: { ...facts, changes }, open: async () => changed };
}
