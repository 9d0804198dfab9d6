import { DamagedSegmentError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import { mergeSegments } from '../../../search/segments/merge-segments.ts';
import { dataOf } from '../../item-data.ts';
import { startReindex } from '../../maintenance/start-reindex.ts';
import { markKey } from '../../message-keys.ts';
import { UnitReader } from '../read/unit-reader.ts';
import type { IndexContext } from './index-context.ts';
import { indexFileKey, manifestKey } from './index-keys.ts';
import { type IndexUnit, unitName } from './index-unit.ts';
import { commitManifest, emptyManifest, MANIFEST, readManifest } from './manifest-store.ts';
import { type IndexMark, nudgeUnits } from './marks.ts';
import { drained } from './merge-unit.ts';
import { filesOf } from './segment-files.ts';
import { planTidying } from './tidying.ts';

/**
 * Has a segment that could not be read taken out of the index, and what was in it indexed again; `MANIFEST` in the
 * place of its id where the unit's manifest cannot be read. Safe to repeat: it is told of once. Searches go on without
 * it meanwhile, and must say so.
 */
export async function reportDamage(
  ports: Pick<Ports, 'tables' | 'queue' | 'events' | 'clock' | 'logs'>,
  unit: IndexUnit,
  segmentId: string,
): Promise<void> {
  const at = ports.clock.now();
  const mark: IndexMark = { cause: 'damaged', segmentId, at: at.toISOString() };
  // Before all that waits: nothing else can be done with the unit.
  const item = { ...markKey(unitName(unit), `!damaged#${segmentId}`), version: 1, data: dataOf(mark) };
  if ((await ports.tables.putIfAbsent('messages', item)) === 'exists') return;
  const key = segmentId === MANIFEST ? manifestKey(unit) : indexFileKey(unit, segmentId);
  ports.logs.error('index damaged', { key });
  try {
    await ports.events.publish({ type: 'integrityViolation', at, detail: { key } });
  } catch (error) {
    ports.logs.warn('event not published', { key, error });
  }
  await nudgeUnits(ports, [unit]);
}

/** Takes a segment out of the index that is damaged indeed, and starts a job that indexes what was in it. Safe to repeat. */
export async function takeOutDamaged(context: IndexContext, unit: IndexUnit, segmentId: string): Promise<void> {
  if (segmentId === MANIFEST) return await replaceManifest(context, unit);
  const { ports } = context;
  for (;;) {
    const read = await readManifest(ports, unit);
    const { segments, doneMarks, damaged = [] } = read.manifest;
    const segment = segments.find((one) => one.segmentId === segmentId);
    if (!segment || (await isReadable(context, unit, segmentId))) return;
    await startReindex(ports, { unit });
    await planTidying(ports, unit, filesOf(unit, segment));
    const rest = segments.filter((one) => one !== segment);
    if (await commitManifest(ports, read, { segments: rest, doneMarks, damaged: [...damaged, segmentId] })) return;
  }
}

/** Reads all of it, past everything that is kept in memory. */
async function isReadable({ ports }: IndexContext, unit: IndexUnit, segmentId: string): Promise<boolean> {
  const units = new UnitReader(ports, { pageBytes: 0, openMessages: 0, manifestAgeMs: 0 });
  try {
    const { segments } = await units.openUnit(unit.mailboxId, unit.part);
    const segment = segments.find(({ facts }) => facts.segmentId === segmentId);
    if (segment) await drained(await mergeSegments([await segment.open()]));
    return true;
  } catch (error) {
    if (error instanceof DamagedSegmentError) return false;
    throw error;
  }
}

/** What it named cannot be known, so everything is indexed again, and its files go. */
async function replaceManifest({ ports }: IndexContext, unit: IndexUnit): Promise<void> {
  try {
    await readManifest(ports, unit);
  } catch (error) {
    if (!(error instanceof DamagedSegmentError)) throw error;
    await startReindex(ports, { unit });
    await planTidying(ports, unit, []);
    const etag = (await ports.derived.head(manifestKey(unit)))?.etag;
    const read = { manifest: emptyManifest(unit), ...(etag === undefined ? {} : { etag }) };
    await commitManifest(ports, read, { segments: [], doneMarks: [], damaged: [MANIFEST] });
  }
}
