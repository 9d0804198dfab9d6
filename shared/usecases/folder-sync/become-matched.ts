import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import type { LateFiling } from './late-evidence.ts';
import type { MissingItem } from './missing-item.ts';
import { fileLate, liveItem, placeItem, touch } from './remember-live.ts';
import { livePartition, livePlaceKey, missingPartition } from './sync-keys.ts';
import type { LiveMessage } from './sync-memory.ts';
import type { SyncRun } from './sync-run.ts';

/**
 * Makes missing mail a message of the archive: all its live places are that message's from now on. What is forgotten of
 * it goes last, so that an attempt that died is made again. Answers false where that cannot be done now.
 */
export async function becomeMatched(
  run: SyncRun,
  { subject, item, places }: MissingItem,
  archiveId: string,
  late?: LateFiling | 'same-bytes',
): Promise<boolean> {
  const { tables } = run.filing.ports;
  const { listedAs, place } = item.data;
  if (late && !(await fileLate(run, { live: places[0] ?? place }, archiveId, late))) return false;
  await touch(run.filing.ports, run, [archiveId]);
  const items: Item[] = [];
  for (const at of places) {
    const live = await tables.get('activity', { pk: livePartition(run, at), sk: at.key });
    if (!live) continue;
    const { state: _state, subject: _subject, ...rest } = typed<LiveMessage>(live).data;
    items.push(placeItem(run, archiveId, at, at), liveItem(run, at, { ...rest, subject: archiveId, state: 'matched' }));
  }
  if (items.length > 0) await tables.batchPut('activity', items);
  for (const at of places) await tables.deleteIfVersion('activity', livePlaceKey(run, subject, at), 1);
  if (listedAs !== undefined) {
    await tables.deleteIfVersion('activity', { pk: missingPartition(run.mailboxId), sk: listedAs }, 1);
  }
  await tables.deleteIfVersion('activity', item, item.version);
  return true;
}
