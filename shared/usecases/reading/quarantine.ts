import type { Quarantined } from '../../domain/quarantined.ts';
import { NotFoundError } from '../../errors.ts';
import { type Enveloped, parseEnveloped } from '../../mail/enveloped-bytes.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { QUARANTINE } from '../filing/quarantine-arrival.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';

/** What waits in quarantine, newest first; what was filed after all is left out, so a page may be short. */
export async function listQuarantine(
  { tables }: Pick<Ports, 'tables'>,
  options: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly items: readonly Quarantined[]; readonly cursor?: string }> {
  const page = await tables.query('activity', QUARANTINE, { ...options, newestFirst: true });
  const items = page.items.map((item) => typed<Quarantined>(item).data).filter((one) => one.replayedAt === undefined);
  return page.cursor === undefined ? { items } : { items, cursor: page.cursor };
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
