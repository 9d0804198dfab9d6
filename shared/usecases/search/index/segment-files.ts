import type { ObjectKey } from '../../../ports/object-store.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { ManifestSegment } from '../../../search/manifest.ts';
import type { BuiltSegment } from '../../../search/segments/built-segment.ts';
import { type Changes, writeChanges } from '../../../search/segments/changes.ts';
import { newId } from '../../new-id.ts';
import { changesFileKey, indexFileKey, textFileKey } from './index-keys.ts';
import type { IndexUnit } from './index-unit.ts';

/** Texts up to this size are put as one piece, larger ones as they are made. */
const WHOLE_TEXT_BYTES = 8 * 1024 * 1024;

/** A name for a segment that is about to be written. */
export function newSegmentId(ports: Pick<Ports, 'clock' | 'entropy'>): string {
  return newId(ports, 's');
}

/**
 * Stores the files of a segment; nobody reads them before a manifest names it. Throws `DamagedSegmentError` where a
 * text that it copies is damaged.
 */
export async function storeSegment(
  ports: Pick<Ports, 'derived'>,
  unit: IndexUnit,
  segmentId: string,
  { index, texts, facts }: BuiltSegment,
): Promise<ManifestSegment> {
  await Promise.all([
    ports.derived.put(indexFileKey(unit, segmentId), Buffer.concat(index)),
    ports.derived.put(
      textFileKey(unit, segmentId),
      facts.textBytes <= WHOLE_TEXT_BYTES ? await gathered(texts()) : texts(),
    ),
  ]);
  return { segmentId, ...facts };
}

/** Stores what has become of messages of a segment, all of it; answers the segment with these changes. */
export async function storeChanges(
  ports: Pick<Ports, 'derived' | 'clock' | 'entropy'>,
  unit: IndexUnit,
  segment: ManifestSegment,
  changes: Changes,
): Promise<ManifestSegment> {
  const { bytes, checksum, removed } = writeChanges(changes);
  const name = newId(ports, segment.segmentId);
  await ports.derived.put(changesFileKey(unit, name), bytes);
  return { ...segment, changes: { name, bytes: bytes.length, checksum, removed } };
}

/** The keys of all files of a segment. */
export function filesOf(
  unit: IndexUnit,
  { segmentId, changes }: Pick<ManifestSegment, 'segmentId' | 'changes'>,
): readonly ObjectKey[] {
  const files = [indexFileKey(unit, segmentId), textFileKey(unit, segmentId)];
  return changes ? [...files, changesFileKey(unit, changes.name)] : files;
}

async function gathered(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const part of parts) chunks.push(part);
  return Buffer.concat(chunks);
}
