import type { IndexDocument } from '../../../../shared/search/index-document.ts';
import type { ManifestSegment } from '../../../../shared/search/manifest.ts';
import type { BuiltSegment } from '../../../../shared/search/segments/built-segment.ts';
import { type Changes, writeChanges } from '../../../../shared/search/segments/changes.ts';
import { memoryBytes } from '../../../../shared/search/segments/memory-bytes.ts';
import { openSegment } from '../../../../shared/search/segments/open-segment.ts';
import type { Segment } from '../../../../shared/search/segments/segment.ts';
import { SegmentBuilder } from '../../../../shared/search/segments/segment-builder.ts';

/** A segment as it would be stored. */
export interface StoredFiles {
  readonly index: Buffer;
  readonly texts: Buffer;
  readonly facts: ManifestSegment;
  readonly changes?: Uint8Array;
}

export async function stored(built: BuiltSegment, segmentId = 's'): Promise<StoredFiles> {
  const texts: Uint8Array[] = [];
  for await (const part of built.texts()) texts.push(part);
  return { index: Buffer.concat(built.index), texts: Buffer.concat(texts), facts: { segmentId, ...built.facts } };
}

export async function builtOf(documents: readonly IndexDocument[]): Promise<StoredFiles> {
  const builder = new SegmentBuilder();
  for (const document of documents) builder.add(document);
  return stored(builder.finish());
}

export function changed(files: StoredFiles, changes: Changes): StoredFiles {
  const { bytes, checksum, removed } = writeChanges(changes);
  const facts = { ...files.facts, changes: { name: 'c', bytes: bytes.length, checksum, removed } };
  return { ...files, facts, changes: bytes };
}

export async function opened({ index, texts, facts, changes }: StoredFiles): Promise<Segment> {
  return openSegment(memoryBytes(index), memoryBytes(texts), facts, changes);
}

export async function openedOf(documents: readonly IndexDocument[]): Promise<Segment> {
  return opened(await builtOf(documents));
}
