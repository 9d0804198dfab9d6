import type { Group } from '../../domain/group.ts';
import { removeGrant } from '../access/access-grants.ts';
import { accessPartition, principalItemKey } from '../configuration/configuration-keys.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { checkName, claimName, refuseTakenName, releaseName, renaming } from '../identity/principal-names.ts';
import { principalChange } from '../identity/principals.ts';
import { createLogged, removeLogged, replaceLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { queryAll } from '../query-all.ts';
import { groupItem } from './find-groups.ts';
import { addMember, checkMembers, removeAllMembers, removeMemberships } from './members.ts';

type GroupContext = Pick<ConfigurationContext, 'ports' | 'access'>;

export interface NewGroup {
  readonly groupName: string;
  readonly description?: string;
  /** Names of users and groups. */
  readonly members?: readonly string[];
}

/** What is left out stays as it is. */
export interface GroupChange {
  /** Renames: members and grants hang on the id and stay. */
  readonly groupName?: string;
  /** `null` removes it. */
  readonly description?: string | null;
}

/**
 * Creates a group. Throws `InvalidRequestError`, `NotFoundError` for a member, and `ConflictError` for a name that is
 * somebody's.
 */
export async function createGroup(context: GroupContext, wanted: NewGroup): Promise<Group> {
  const { ports } = context;
  const groupName = checkName('groupName', wanted.groupName);
  const members = wanted.members ?? [];
  await refuseTakenName(ports, groupName);
  await checkMembers(ports, members);
  const group: Group = {
    kind: 'group',
    groupId: newId(ports, 'group'),
    groupName,
    ...(wanted.description === undefined ? {} : { description: wanted.description }),
    createdAt: ports.clock.now().toISOString(),
  };
  await claimName(ports, groupName, group.groupId);
  await createLogged(ports, 'configuration', principalItemKey(group.groupId), principalChange(group));
  for (const member of members) await addMember(context, groupName, member);
  return group;
}

/** Changes a group. Throws `NotFoundError`, `InvalidRequestError`, and `ConflictError` for a name that is somebody's. */
export async function changeGroup({ ports }: GroupContext, name: string, change: GroupChange): Promise<Group> {
  const { item, group } = await groupItem(ports, name);
  const { description: _description, ...rest } = group;
  const description = change.description === undefined ? group.description : (change.description ?? undefined);
  const changed: Group = {
    ...rest,
    groupName: change.groupName === undefined ? group.groupName : checkName('groupName', change.groupName),
    ...(description === undefined ? {} : { description }),
  };
  await renaming(ports, group, changed, () => replaceLogged(ports, 'configuration', item, principalChange(changed)));
  return changed;
}

/** Deletes a group with what was granted to it; its members lose that, and stay. Throws `NotFoundError`. */
export async function deleteGroup(context: GroupContext, name: string): Promise<void> {
  const { ports } = context;
  const { item, group } = await groupItem(ports, name);
  const { groupId } = group;
  // What gives access goes first: a member that a crash leaves in the group has nothing of it.
  for await (const grant of queryAll(ports, 'configuration', accessPartition(groupId))) {
    if (!grant.removed) await removeGrant(context, grant.sk, groupId);
  }
  await removeMemberships(context, groupId);
  await removeAllMembers(context, groupId);
  await removeLogged(ports, 'configuration', item);
  await releaseName(ports, group.groupName, groupId);
}
