import type { Quarantined } from '../../domain/quarantined.ts';
import { NotFoundError } from '../../errors.ts';
import { type Enveloped, parseEnveloped } from '../../mail/enveloped-bytes.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { QUARANTINE } from '../message-keys.ts';

/** What waits in quarantine, newest first; what was filed after all is left out. */
export function listQuarantine(ports: Pick<Ports, 'tables'>, request: PageRequest): Promise<ListPage<Quarantined>> {
  return listPage(ports, { table: 'activity', pk: QUARANTINE, newestFirst: true }, request, (item) => {
    const { data } = typed<Quarantined>(item);
    return data.replayedAt === undefined ? data : undefined;
  });
}

/** The exact bytes that arrived. Throws `NotFoundError`, `DamagedError`. */
export async function readQuarantined(ports: Pick<Ports, 'archive' | 'tables'>, id: string): Promise<Uint8Array> {
  const { data } = await quarantinedItem(ports, id);
  return (await readEnveloped(ports, data)).raw;
}

/** Throws `NotFoundError`. */
export async function quarantinedItem(ports: Pick<Ports, 'tables'>, id: string): Promise<Item<Quarantined>> {
  const item = await getLogged(ports, 'activity', { pk: QUARANTINE, sk: id });
  if (!item) throw new NotFoundError(`quarantined input ${id}`);
  return typed<Quarantined>(item);
}

/** The bytes as they lie in quarantine, with what was known of them. Throws `NotFoundError`, `DamagedError`. */
export async function readEnveloped({ archive }: Pick<Ports, 'archive'>, { key, id }: Quarantined): Promise<Enveloped> {
  const object = await archive.get(key);
  if (!object) throw new NotFoundError(`the bytes of quarantined input ${id}`);
  return parseEnveloped(key, object.body);
}
