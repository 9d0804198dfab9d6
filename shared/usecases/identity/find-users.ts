import type { User } from '../../domain/user.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { PRINCIPALS, userKey } from '../mailboxes/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../mailboxes/configuration-page.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** The user with this name in any spelling, or `undefined`: also where the name is a group's. */
export async function findUser(ports: ReadPorts, userName: string): Promise<User | undefined> {
  const item = await getLogged(ports, 'configuration', userKey(userName));
  return item && asUser(item);
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
  const item = await getLogged(ports, 'configuration', userKey(userName));
  const user = item && asUser(item);
  if (!item || !user) throw new NotFoundError(`user ${userName}`);
  return { item, user };
}

/** In the order of their names. */
export function listUsers(ports: ReadPorts, request: PageRequest): Promise<ListPage<User>> {
  return listPage(ports, { table: 'configuration', pk: PRINCIPALS }, request, asUser);
}

/** The name of a user or group as it is spelt; throws `NotFoundError`. */
export async function getPrincipalName(ports: ReadPorts, name: string): Promise<string> {
  const item = await getLogged(ports, 'configuration', userKey(name));
  if (!item) throw new NotFoundError(`user or group ${name}`);
  return typed<Pick<User, 'userName'>>(item).data.userName;
}

function asUser(item: Item): User | undefined {
  const { data } = typed<User>(item);
  return data.kind === 'user' ? data : undefined;
}
