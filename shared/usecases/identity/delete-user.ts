import { removeGrant } from '../access/access-grants.ts';
import { accessPartition } from '../configuration/configuration-keys.ts';
import { removeMemberships } from '../groups/members.ts';
import { createLogged, removeLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';
import { deleteSavedSearchesOf } from '../search/saved-searches.ts';
import { hasAnotherAdministrator, isActiveAdministrator } from './administrators.ts';
import { lastAdministrator } from './change-user.ts';
import { userItem } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { claimName, releaseName } from './principal-names.ts';
import { principalChange } from './principals.ts';

/**
 * Deletes a user, with what was granted to them, their places in groups and their saved searches; sessions and API keys end.
 * A successor of the same name inherits nothing. Mailboxes and mail stay. Throws `NotFoundError`, and
 * `ConflictError` for the last administrator.
 */
export async function deleteUser(context: IdentityContext, userName: string): Promise<void> {
  const { ports, configuration } = context;
  const { item, user } = await userItem(ports, userName);
  const { userId } = user;
  const isAdministrator = isActiveAdministrator(user);
  if (isAdministrator && !(await hasAnotherAdministrator(ports, userId))) throw lastAdministrator(user.userName);

  // Grants first: a crash leaves a user without access rather than access without a user.
  for await (const grant of queryAll(ports, 'configuration', accessPartition(userId))) {
    if (!grant.removed) await removeGrant(configuration, grant.sk, userId);
  }
  await removeMemberships(configuration, userId);
  await removeLogged(ports, 'configuration', item);
  await releaseName(ports, user.userName, userId);
  context.sessions.forgetUser(userId);
  if (isAdministrator && !(await hasAnotherAdministrator(ports, userId))) {
    await claimName(ports, user.userName, userId);
    await createLogged(ports, 'configuration', item, principalChange(user));
    context.sessions.forgetUser(userId);
    throw lastAdministrator(user.userName);
  }
  await deleteSavedSearchesOf(ports, userId);
}
