import type { ManifestSegment } from '../../../search/manifest.ts';
import type { IndexContext } from './index-context.ts';
import type { IndexUnit } from './index-unit.ts';
import { commitManifest, readManifest } from './manifest-store.ts';
import { planMerges } from './plan-merges.ts';
import { filesOf, newSegmentId } from './segment-files.ts';
import { planTidying } from './tidying.ts';

/** How often a merge that is written is offered while others change the manifest. */
const MAX_ATTEMPTS = 8;

/**
 * Merges segments of a unit, small ones first, one commit after the other, until nothing is left to merge or `mayGoOn`
 * answers false. Answers how many were written. Throws `DamagedSegmentError` that says which is damaged, and `StorageError`.
 */
export async function mergeUnit(context: IndexContext, unit: IndexUnit, mayGoOn: () => boolean): Promise<number> {
  let merges = 0;
  for (; mayGoOn(); merges += 1) {
    const { manifest } = await readManifest(context.ports, unit);
    const [group] = planMerges(manifest.segments);
    if (!group || !(await mergeGroup(context, unit, group))) break;
  }
  return merges;
}

/** Writes segments again that have words of purged messages in them. Throws as `mergeUnit`. */
export async function erasePurged(context: IndexContext, unit: IndexUnit, mayGoOn: () => boolean): Promise<void> {
  const { manifest } = await readManifest(context.ports, unit);
  for (const segment of manifest.segments) {
    if (!segment.holdsPurged || segment.isStale) continue;
    if (!mayGoOn()) return;
    await mergeGroup(context, unit, [segment]);
  }
}

/** False where another changed one of the segments meanwhile. */
async function mergeGroup(context: IndexContext, unit: IndexUnit, group: readonly ManifestSegment[]): Promise<boolean> {
  const { ports, units } = context;
  const segmentId = newSegmentId(ports);
  const leaving = group.flatMap((segment) => filesOf(unit, segment));
  await planTidying(ports, unit, [...leaving, ...filesOf(unit, { segmentId })]);
  const merged = await mergedSegment(context, unit, segmentId, group);
  const entries = new Set(group.map(entryOf));
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const read = await readManifest(ports, unit);
    const { segments, doneMarks, damaged } = read.manifest;
    const rest = segments.filter((segment) => !entries.has(entryOf(segment)));
    if (segments.length - rest.length < group.length) return false;
    const next = { segments: [...rest, ...merged], doneMarks, ...(damaged ? { damaged } : {}) };
    if (!(await commitManifest(ports, read, next))) continue;
    for (const segment of group) units.forget(unit, segment);
    return true;
  }
  return false;
}

/** None where nothing of the group is left. */
async function mergedSegment(
  { segments }: IndexContext,
  unit: IndexUnit,
  segmentId: string,
  group: readonly ManifestSegment[],
): Promise<readonly ManifestSegment[]> {
  const isEmpty = group.every(({ documents, changes }) => documents === (changes?.removed ?? 0));
  return isEmpty ? [] : [await segments.merge({ unit, segmentId }, group)];
}

/** Two that say the same are the same segment with the same changes. */
function entryOf({ segmentId, changes, isStale }: ManifestSegment): string {
  return [segmentId, changes?.name, isStale].join(' ');
}
