import type { Profile } from '../../domain/profile.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { PROFILES, profileKey } from './profile-keys.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** The profile and the item with its version, for whoever changes it. Throws `NotFoundError`. */
export async function profileItem(
  ports: ReadPorts,
  profileId: string,
): Promise<{ readonly item: Item; readonly profile: Profile }> {
  const item = await getLogged(ports, 'configuration', profileKey(profileId));
  if (!item) throw new NotFoundError(`profile ${profileId}`);
  return { item, profile: typed<Profile>(item).data };
}

/** Newest first; with `ownerId` those that this user made. */
export function listProfiles(
  ports: ReadPorts,
  { ownerId, ...request }: PageRequest & { readonly ownerId?: string },
): Promise<ListPage<Profile>> {
  return listPage(ports, { table: 'configuration', pk: PROFILES, newestFirst: true }, request, (item) => {
    const { data } = typed<Profile>(item);
    return ownerId === undefined || data.ownerId === ownerId ? data : undefined;
  });
}
