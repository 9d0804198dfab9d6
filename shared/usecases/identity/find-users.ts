import type { User } from '../../domain/user.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { principalListPartition } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { findPrincipal } from './principals.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** The user with this name in any spelling, or `undefined`: also where the name is a group's. */
export async function findUser(ports: ReadPorts, userName: string): Promise<User | undefined> {
  const found = await findPrincipal(ports, userName);
  return found?.principal.kind === 'user' ? found.principal : undefined;
}

/** Throws `NotFoundError`. */
export async function getUser(ports: ReadPorts, userName: string): Promise<User> {
  return (await userItem(ports, userName)).user;
}

/** The user and the item with its version, for whoever changes it. Throws `NotFoundError`. */
export async function userItem(
  ports: ReadPorts,
  userName: string,
): Promise<{ readonly item: Item; readonly user: User }> {
  const found = await findPrincipal(ports, userName);
  if (found?.principal.kind !== 'user') throw new NotFoundError(`user ${userName}`);
  return { item: found.item, user: found.principal };
}

/** In the order of their names; eventually consistent. */
export function listUsers(ports: ReadPorts, request: PageRequest): Promise<ListPage<User>> {
  const place = { table: 'configuration', pk: principalListPartition('user'), index: 'list' } as const;
  return listPage(ports, place, request, (item) => typed<User>(item).data);
}
