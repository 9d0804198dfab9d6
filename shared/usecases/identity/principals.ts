import type { Group } from '../../domain/group.ts';
import type { User } from '../../domain/user.ts';
import { principalKey, principalNameFault } from '../../domain/user-name.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { principalItemKey, principalListKey, principalNameKey } from '../configuration/configuration-keys.ts';
import { dataOf, typed } from '../item-data.ts';
import { getLogged, type LoggedChange } from '../logged-item.ts';

/** That a name is that of one user or group; counts only while its owner has that name. */
export interface NameClaim {
  readonly principalId: string;
  readonly claimedAt: string;
}

type ReadPorts = Pick<Ports, 'tables'>;

/** Whoever access can be granted to. */
export type Principal = User | Group;

/** A user or group and the item with its version, for whoever changes it. */
export interface PrincipalItem {
  readonly item: Item;
  readonly principal: Principal;
}

/** Nobody has this id or name. */
const NOBODY = '-';

export function idOf(principal: Principal): string {
  return principal.kind === 'user' ? principal.userId : principal.groupId;
}

export function nameOf(principal: Principal): string {
  return principal.kind === 'user' ? principal.userName : principal.groupName;
}

/**
 * Whoever has this name, in any spelling. Makes the same two reads whether there is somebody or not, so
 * that the time it takes does not tell. A claim whose owner has another name by now counts for nobody.
 */
export async function findPrincipal(ports: ReadPorts, name: string): Promise<PrincipalItem | undefined> {
  const isName = principalNameFault(name.normalize('NFC')) === undefined;
  const claim = await getLogged(ports, 'configuration', principalNameKey(isName ? name : NOBODY));
  const found = await findPrincipalById(ports, claim ? typed<NameClaim>(claim).data.principalId : NOBODY);
  return found && principalKey(nameOf(found.principal)) === principalKey(name) ? found : undefined;
}

/** The user or group with this id. */
export async function findPrincipalById(ports: ReadPorts, principalId: string): Promise<PrincipalItem | undefined> {
  const item = await getLogged(ports, 'configuration', principalItemKey(principalId));
  return item && { item, principal: typed<Principal>(item).data };
}

/** Throws `NotFoundError`. */
export async function getPrincipal(ports: ReadPorts, name: string): Promise<Principal> {
  const found = await findPrincipal(ports, name);
  if (!found) throw new NotFoundError(`user or group ${name}`);
  return found.principal;
}

/** A user or group as its item is written. */
export function principalChange(principal: Principal): LoggedChange {
  return {
    data: dataOf(principal),
    indexes: { list: principalListKey(principal.kind, nameOf(principal)) },
  };
}
