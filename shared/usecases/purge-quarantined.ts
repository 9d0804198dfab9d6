import { type Quarantined, quarantineKey } from '../domain/quarantined.ts';
import { ConflictError } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Item } from '../ports/tables.ts';
import { typed } from './item-data.ts';
import { removeLogged } from './logged-item.ts';
import { quarantineItemKey } from './message-keys.ts';
import { announcePurge, endPurge } from './purges-under-way.ts';

type PurgePorts = Pick<Ports, 'archive' | 'tables' | 'log' | 'clock'>;

/** Whether input in quarantine may go; decided on consistent reads while it is `purging`. */
export type QuarantinePurgeDecision = (quarantined: Quarantined) => Promise<boolean>;

/**
 * Purges input in quarantine as `purgeMessage` does a message, or takes up a purge that died: `purging` first; then it
 * announces itself; then the decision; then, by version, back to `live`, or removed; only then the bytes. Safe to repeat, also
 * beside replays and other purges. Answers whether it is gone.
 */
export async function purgeQuarantined(
  ports: PurgePorts,
  id: string,
  decide: QuarantinePurgeDecision,
): Promise<boolean> {
  const item = await ports.tables.get('activity', quarantineItemKey(id));
  if (!item) return false;
  if (!item.removed) {
    const purging = typed<Quarantined>(item).data.state === 'purging' ? item : await enter(ports, item, 'purging');
    if (!purging) return false;
    const underWay = { id, version: purging.version };
    await announcePurge(ports, underWay);
    const isPurged = await decideAndCommit(ports, purging, decide);
    await endPurge(ports, underWay);
    if (!isPurged) return false;
  }
  const key = quarantineKey(id);
  for await (const version of ports.archive.listVersions(key)) {
    if (version.key === key) await ports.archive.deleteVersion(key, version.versionId);
  }
  return true;
}

/** Whether it is removed now by this purge; its item has another version than `purging` in any case. */
async function decideAndCommit(ports: PurgePorts, purging: Item, decide: QuarantinePurgeDecision): Promise<boolean> {
  if (!(await decide(typed<Quarantined>(purging).data))) {
    await enter(ports, purging, 'live');
    return false;
  }
  try {
    // Logged: a rebuild must not bring it back.
    await removeLogged(ports, 'activity', purging);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

async function enter(
  { tables }: PurgePorts,
  item: Item,
  state: NonNullable<Quarantined['state']>,
): Promise<Item | undefined> {
  const changed = { ...item, version: item.version + 1, data: { ...item.data, state } };
  return (await tables.putIfVersion('activity', changed, item.version)) === 'stored' ? changed : undefined;
}
