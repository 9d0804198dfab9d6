import type { Membership } from '../../domain/group.ts';
import { ConflictError, InvalidRequestError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { groupsAround } from '../access/access-book.ts';
import { memberListKey, memberListPartition, membershipKey } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { findPrincipalById, getPrincipal, idOf, nameOf, type Principal } from '../identity/principals.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, removeLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';
import { getGroup } from './find-groups.ts';
import { nestingFault } from './nesting.ts';

type GroupContext = Pick<ConfigurationContext, 'ports' | 'access'>;
type ReadPorts = Pick<Ports, 'tables'>;

/** How many groups somebody may be in directly: bounds what an authorisation reads. */
const MAX_GROUPS_OF_MEMBER = 100;

/** Throws `NotFoundError` where one of these names is nobody's. */
export async function checkMembers(ports: ReadPorts, names: readonly string[]): Promise<void> {
  for (const name of names) await getPrincipal(ports, name);
}

/**
 * Puts a user or group into a group; being in it is fine. Throws `NotFoundError`, and
 * `InvalidRequestError` where a group would contain itself, groups would nest too deeply, or the member
 * is in too many.
 */
export async function addMember({ ports, access }: GroupContext, groupName: string, name: string): Promise<Principal> {
  const { groupId } = await getGroup(ports, groupName);
  const member = await getPrincipal(ports, name);
  const memberId = idOf(member);
  const key = membershipKey(memberId, groupId);
  if (await getLogged(ports, 'configuration', key)) return member;
  if ((await groupsAround(ports, memberId)).length >= MAX_GROUPS_OF_MEMBER) {
    throw new InvalidRequestError(`${name} is in ${MAX_GROUPS_OF_MEMBER} groups already, which is the most`);
  }
  const fault = member.kind === 'group' ? await nestingFault(ports, groupId, memberId) : undefined;
  if (fault) throw new InvalidRequestError(`${name} cannot be in ${groupName}: ${fault}`);

  const membership: Membership = { groupId, memberId, addedAt: ports.clock.now().toISOString() };
  const change = { data: dataOf(membership), indexes: { list: memberListKey(groupId, memberId) } };
  try {
    await createLogged(ports, 'configuration', key, change);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
  access.forgetMember(memberId);
  return member;
}

/** Takes a user or group out of a group. Throws `NotFoundError`. */
export async function removeMember(context: GroupContext, groupName: string, name: string): Promise<void> {
  const { groupId } = await getGroup(context.ports, groupName);
  const memberId = idOf(await getPrincipal(context.ports, name));
  if ((await remove(context, memberId, groupId)) === 'absent') throw new NotFoundError(`${name} in group ${groupName}`);
}

/** Who is in a group directly: users and groups in the order in which they were made; eventually consistent. */
export async function listMembers(
  ports: ReadPorts,
  groupName: string,
  request: PageRequest,
): Promise<ListPage<Pick<Principal, 'kind'> & { readonly name: string }>> {
  const { groupId } = await getGroup(ports, groupName);
  const place = { table: 'configuration', pk: memberListPartition(groupId), index: 'list' } as const;
  return await listPage(ports, place, request, async (item) => {
    const found = await findPrincipalById(ports, typed<Membership>(item).data.memberId);
    return found && { kind: found.principal.kind, name: nameOf(found.principal) };
  });
}

/** Takes a user or group out of all groups. Safe to repeat. */
export async function removeMemberships(context: GroupContext, memberId: string): Promise<void> {
  for (const groupId of await groupsAround(context.ports, memberId)) await remove(context, memberId, groupId);
}

/** Takes all members out of a group, as far as the index shows them. Safe to repeat. */
export async function removeAllMembers(context: GroupContext, groupId: string): Promise<void> {
  const items = queryAll(context.ports, 'configuration', memberListPartition(groupId), { index: 'list' });
  for await (const item of items) await remove(context, typed<Membership>(item).data.memberId, groupId);
}

async function remove(
  { ports, access }: GroupContext,
  memberId: string,
  groupId: string,
): Promise<'removed' | 'absent'> {
  const item = await getLogged(ports, 'configuration', membershipKey(memberId, groupId));
  if (item) await removeLogged(ports, 'configuration', item);
  access.forgetMember(memberId);
  return item ? 'removed' : 'absent';
}
