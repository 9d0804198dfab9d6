import { DamagedSegmentError } from '../../../errors.ts';
import type { IndexContext } from './index-context.ts';
import { manifestKey } from './index-keys.ts';
import { indexMessages } from './index-messages.ts';
import type { IndexUnit } from './index-unit.ts';
import { rememberUnit } from './known-units.ts';
import { commitManifest, emptyManifest, MANIFEST, type ReadManifest, readManifest } from './manifest-store.ts';
import { markItems } from './marks.ts';
import { mergeUnit } from './merge-unit.ts';
import { filesOf } from './segment-files.ts';
import { planTidying } from './tidying.ts';

/** Messages that are indexed together. */
const AT_ONCE = 1_000;

/** Says of a unit without a manifest that everything in it is missing, until a reindex ends. Safe to repeat. */
export async function beginAnew({ ports }: Pick<IndexContext, 'ports'>, unit: IndexUnit): Promise<void> {
  if (await ports.derived.head(manifestKey(unit))) return;
  const next = { segments: [], doneMarks: [], damaged: [MANIFEST] };
  await commitManifest(ports, { manifest: emptyManifest(unit) }, next);
  await rememberUnit(ports, unit);
}

/** Has all segments of these units replaced by what is indexed anew from now on. */
export async function makeStale({ ports }: IndexContext, units: readonly IndexUnit[]): Promise<void> {
  for (const unit of units) {
    // A rebuild of the tables forgot it.
    await rememberUnit(ports, unit);
    for (let isCommitted = false; !isCommitted; ) {
      const read = await readOrEmpty({ ports }, unit);
      const { segments, doneMarks, damaged } = read.manifest;
      const stale = segments.map((segment) => ({ ...segment, isStale: true as const }));
      const next = { segments: stale, doneMarks, ...(damaged ? { damaged } : {}) };
      isCommitted = (await commitManifest(ports, read, next)) !== undefined;
    }
  }
}

/** One that cannot be read names nothing that anybody could read. */
async function readOrEmpty({ ports }: Pick<IndexContext, 'ports'>, unit: IndexUnit): Promise<ReadManifest> {
  try {
    return await readManifest(ports, unit);
  } catch (error) {
    if (!(error instanceof DamagedSegmentError)) throw error;
    const facts = await ports.derived.head(manifestKey(unit));
    const manifest = { ...emptyManifest(unit), damaged: [MANIFEST] };
    return { manifest, ...(facts ? { etag: facts.etag } : {}) };
  }
}

/**
 * Indexes anew what only stale segments still have, and takes them out; what was damaged in the unit counts as mended
 * then. False where `mayGoOn` ended it before. Throws `StorageError`.
 */
export async function replaceStale(context: IndexContext, unit: IndexUnit, mayGoOn: () => boolean): Promise<boolean> {
  const { manifest } = await readManifest(context.ports, unit);
  const stale = manifest.segments.filter(({ isStale }) => isStale);
  if (stale.length === 0 && !manifest.damaged) return true;
  // What was moved while the lists were walked, or listed late, was not met there.
  for (const { segmentId } of stale) if (!(await indexRest(context, unit, segmentId, mayGoOn))) return false;
  const done = new Set(stale.map(({ segmentId }) => segmentId));
  for (let isCommitted = false; !isCommitted; ) {
    const read = await readManifest(context.ports, unit);
    const { segments, doneMarks } = read.manifest;
    const leaving = segments.filter(({ segmentId }) => done.has(segmentId));
    await planTidying(
      context.ports,
      unit,
      leaving.flatMap((segment) => filesOf(unit, segment)),
    );
    const rest = segments.filter(({ segmentId }) => !done.has(segmentId));
    isCommitted = (await commitManifest(context.ports, read, { segments: rest, doneMarks })) !== undefined;
  }
  await mergeUnit(context, unit, mayGoOn);
  return true;
}

/** False where `mayGoOn` ended it. A segment that cannot be read is passed over: the lists are all there is to go by. */
async function indexRest(
  context: IndexContext,
  unit: IndexUnit,
  segmentId: string,
  mayGoOn: () => boolean,
): Promise<boolean> {
  const archiveIds = await liveMessages(context, unit, segmentId);
  for (let start = 0; start < archiveIds.length; start += AT_ONCE) {
    const some = archiveIds.slice(start, start + AT_ONCE);
    const { postponed } = await indexMessages(
      context,
      unit,
      some.map((archiveId) => ({ archiveId, intent: 'anew' })),
    );
    await context.ports.tables.batchPut(
      'messages',
      markItems(context.ports, [{ unit, archiveIds: postponed }], 'anew'),
    );
    if (!mayGoOn()) return false;
  }
  return true;
}

async function liveMessages(context: IndexContext, unit: IndexUnit, segmentId: string): Promise<readonly string[]> {
  const { ports, units } = context;
  const { manifest } = await readManifest(ports, unit);
  const facts = manifest.segments.find((one) => one.segmentId === segmentId);
  if (!facts) return [];
  try {
    const segment = await units.openSegment(unit, facts);
    const { removed } = await segment.columns();
    const live = Array.from(removed.keys()).filter((document) => removed[document] !== 1);
    return await segment.archiveIds(live);
  } catch (error) {
    if (!(error instanceof DamagedSegmentError)) throw error;
    ports.logs.error('segment passed over by a reindex', { segmentId, error });
    return [];
  }
}
