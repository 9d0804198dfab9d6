import { DamagedSegmentError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import { dataOf } from '../../item-data.ts';
import { markKey } from '../../message-keys.ts';
import type { IndexContext } from './index-context.ts';
import { indexFileKey, manifestKey } from './index-keys.ts';
import { type IndexUnit, unitName } from './index-unit.ts';
import { commitManifest, emptyManifest, MANIFEST, readManifest, readToChange } from './manifest-store.ts';
import { type IndexMark, nudgeUnits } from './marks.ts';
import { filesOf } from './segment-files.ts';
import { startReindex } from './start-reindex.ts';
import { planTidying } from './tidying.ts';

/** How often damage is taken out of a unit before whoever works with it gives up. */
export const MAX_DAMAGES = 20;

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

/**
 * Does some work with a unit; each segment that proves damaged is reported and taken out, and the work is done again.
 * Throws what `work` throws, `DamagedSegmentError` where there is no end of it.
 */
export async function pastDamage<T>(context: IndexContext, unit: IndexUnit, work: () => Promise<T>): Promise<T> {
  for (let damages = 1; ; damages += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DamagedSegmentError) || damages > MAX_DAMAGES) throw error;
      const segmentId = error.segmentId ?? MANIFEST;
      await reportDamage(context.ports, unit, segmentId);
      await takeOutDamaged(context, unit, segmentId);
    }
  }
}

/** Takes a segment out of the index that is damaged indeed, and starts a job that indexes what was in it. Safe to repeat. */
export async function takeOutDamaged(context: IndexContext, unit: IndexUnit, segmentId: string): Promise<void> {
  if (segmentId === MANIFEST) return await replaceManifest(context, unit);
  const { ports } = context;
  for (;;) {
    const read = await readManifest(ports, unit);
    const { segments, doneMarks, damaged = [] } = read.manifest;
    const segment = segments.find((one) => one.segmentId === segmentId);
    if (!segment || (await context.segments.isReadable(unit, segment))) return;
    await startReindex(ports, { unit });
    await planTidying(ports, unit, filesOf(unit, segment));
    const rest = segments.filter((one) => one !== segment);
    if (await commitManifest(ports, read, { segments: rest, doneMarks, damaged: [...damaged, segmentId] })) return;
  }
}

/** What it named cannot be known, so everything is indexed again, and its files go. */
async function replaceManifest({ ports }: IndexContext, unit: IndexUnit): Promise<void> {
  try {
    await readToChange(ports, unit);
  } catch (error) {
    if (!(error instanceof DamagedSegmentError)) throw error;
    await startReindex(ports, { unit });
    await planTidying(ports, unit, []);
    const etag = (await ports.derived.head(manifestKey(unit)))?.etag;
    const read = { manifest: emptyManifest(unit), ...(etag === undefined ? {} : { etag }) };
    await commitManifest(ports, read, { segments: [], doneMarks: [], damaged: [MANIFEST] });
  }
}
