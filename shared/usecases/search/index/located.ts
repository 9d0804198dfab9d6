import { DamagedSegmentError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Manifest, ManifestSegment } from '../../../search/manifest.ts';
import { type Change, type Changes, readChanges } from '../../../search/segments/changes.ts';
import type { SegmentColumns } from '../../../search/segments/segment.ts';
import type { UnitReader } from '../read/unit-reader.ts';
import { changesFileKey } from './index-keys.ts';
import type { IndexUnit } from './index-unit.ts';
import type { PresentState } from './present-state.ts';

/** A segment that has some of the messages asked for. */
export interface LocatedSegment {
  readonly facts: ManifestSegment;
  readonly columns: SegmentColumns;
  /** What has become of its messages so far. */
  readonly changes: Changes;
  /** Numbers of the messages asked for, removed ones too. */
  readonly documents: ReadonlyMap<string, number>;
}

/** The segments of a manifest that have any of these messages. Throws `DamagedSegmentError` that says which is damaged. */
export async function locate(
  { ports, units }: { readonly ports: Pick<Ports, 'derived'>; readonly units: UnitReader },
  unit: IndexUnit,
  manifest: Manifest,
  states: readonly PresentState[],
): Promise<readonly LocatedSegment[]> {
  const located: LocatedSegment[] = [];
  for (const facts of manifest.segments) {
    const [oldest, newest] = facts.receivedAts;
    const within = states.filter(({ receivedAts }) => receivedAts.some((at) => at >= oldest && at <= newest));
    if (within.length === 0) continue;
    await named(facts.segmentId, async () => {
      const segment = await units.openSegment(unit, facts);
      const documents = await segment.findDocuments(within.map(({ archiveId }) => archiveId));
      if (documents.size === 0) return;
      const changes = await changesOf(ports, unit, facts);
      located.push({ facts, columns: await segment.columns(), changes, documents });
    });
  }
  return located;
}

/** Says of damage which segment it is in. */
export async function named<T>(segmentId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DamagedSegmentError)) throw error;
    throw new DamagedSegmentError(`segment ${segmentId}`, { segmentId, cause: error });
  }
}

async function changesOf(
  { derived }: Pick<Ports, 'derived'>,
  unit: IndexUnit,
  { changes, documents }: ManifestSegment,
): Promise<Changes> {
  if (!changes) return new Map<number, Change>();
  const key = changesFileKey(unit, changes.name);
  const object = await derived.get(key);
  if (!object) throw new DamagedSegmentError(`${key} is missing`);
  return readChanges(object.body, changes.checksum, documents);
}
