import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { livePartition, placesPartition, placesPrefix, type SyncedAccount } from './sync-keys.ts';
import type { LiveMessage, LivePlace } from './sync-memory.ts';

/** A live place of a message, as it is known. */
export interface KnownPlace extends LivePlace {
  /** Path, joined by slashes. */
  readonly folder: string;
  readonly validity: string;
  readonly key: string;
}

/**
 * The live places of a message, or of what is missing. A place that a run which died put, before the message counted as
 * seen there, is none: nobody would notice that the message has left it.
 */
export async function placesOf(
  ports: Pick<Ports, 'tables'>,
  account: SyncedAccount,
  subject: string,
): Promise<readonly KnownPlace[]> {
  const prefix = placesPrefix(subject);
  const places: KnownPlace[] = [];
  for await (const item of queryAll(ports, 'activity', placesPartition(account), { prefix })) {
    const [, validity = '', key = ''] = item.sk.slice(prefix.length).split('#');
    const { data } = typed<LivePlace>(item);
    const place = { ...data, folder: data.path.join('/'), validity, key };
    const live = await ports.tables.get('activity', { pk: livePartition(account, place), sk: key });
    if (live && typed<LiveMessage>(live).data.subject === subject) places.push(place);
  }
  return places;
}
