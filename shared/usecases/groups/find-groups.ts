import type { Group } from '../../domain/group.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { principalListPartition } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { findPrincipal } from '../identity/principals.ts';
import { typed } from '../item-data.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** Throws `NotFoundError`: also where the name is a user's. */
export async function getGroup(ports: ReadPorts, groupName: string): Promise<Group> {
  return (await groupItem(ports, groupName)).group;
}

/** The group and the item with its version, for whoever changes it. Throws `NotFoundError`. */
export async function groupItem(
  ports: ReadPorts,
  groupName: string,
): Promise<{ readonly item: Item; readonly group: Group }> {
  const found = await findPrincipal(ports, groupName);
  if (found?.principal.kind !== 'group') throw new NotFoundError(`group ${groupName}`);
  return { item: found.item, group: found.principal };
}

/** In the order of their names; eventually consistent. */
export function listGroups(ports: ReadPorts, request: PageRequest): Promise<ListPage<Group>> {
  const place = { table: 'configuration', pk: principalListPartition('group'), index: 'list' } as const;
  return listPage(ports, place, request, (item) => typed<Group>(item).data);
}
