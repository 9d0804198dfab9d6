import { isQuarantineId } from '../domain/quarantined.ts';
import type { Ports } from '../ports/ports.ts';
import type { ItemKey, TableName } from '../ports/tables.ts';
import { dataOf, typed } from './item-data.ts';
import {
  PURGE_SHARDS,
  purgesUnderWayPartition,
  purgeUnderWayKey,
  quarantineItemKey,
  recordKey,
} from './message-keys.ts';
import { queryAll } from './query-all.ts';

/** What a purge decides on: `version` is that of its item as `purging`, which the commit is bound to. */
export interface PurgeUnderWay {
  /** Of a message, or of input in quarantine. */
  readonly id: string;
  readonly version: number;
}

type MarkPorts = Pick<Ports, 'tables' | 'clock'>;

/** What a process that died left is of no use to anybody: far longer than a decision can take. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** Says that a purge is about to read what it decides by; to be said before. Safe to repeat. */
export async function announcePurge({ tables, clock }: MarkPorts, purge: PurgeUnderWay): Promise<void> {
  const expiresAt = Math.floor(clock.now().getTime() / 1000) + KEPT_SECONDS;
  await tables.put('messages', { ...purgeUnderWayKey(purge), version: 1, expiresAt, data: dataOf(purge) });
}

/** Takes it back; only once the item is known to have another version, as no purge can commit on this one then. */
export async function endPurge({ tables }: Pick<Ports, 'tables'>, purge: PurgeUnderWay): Promise<void> {
  await tables.deleteIfVersion('messages', purgeUnderWayKey(purge), 1);
}

/**
 * Has every purge decide anew that may have decided before this was called: whoever wrote down a reason to keep messages
 * calls it before saying so. A purge that is under way is known by what it announced; what it is about goes back to
 * `live`, by version, as if that purge had been refused, so that its commit fails. Answers how many it stopped.
 */
export async function stopPurgesUnderWay(ports: Pick<Ports, 'tables'>): Promise<number> {
  let stopped = 0;
  for (let shard = 0; shard < PURGE_SHARDS; shard += 1) {
    for await (const item of queryAll(ports, 'messages', purgesUnderWayPartition(shard))) {
      if (await stop(ports, typed<PurgeUnderWay>(item).data)) stopped += 1;
    }
  }
  return stopped;
}

async function stop({ tables }: Pick<Ports, 'tables'>, { id, version }: PurgeUnderWay): Promise<boolean> {
  const [table, key] = placeOf(id);
  const item = await tables.get(table, key);
  // With another version it was committed, given up, or stopped: nobody can commit on this one.
  if (item?.version !== version) return false;
  const live = { ...item, version: version + 1, data: { ...item.data, state: 'live' } };
  // After a conflict the version is another one, too.
  return (await tables.putIfVersion(table, live, version)) === 'stored';
}

function placeOf(id: string): readonly [TableName, ItemKey] {
  return isQuarantineId(id) ? ['activity', quarantineItemKey(id)] : ['messages', recordKey(id)];
}
