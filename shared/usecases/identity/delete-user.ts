import { revokeAccess } from '../access/access-grants.ts';
import { dataOf } from '../item-data.ts';
import { createLogged, removeLogged } from '../logged-item.ts';
import { accessPartition } from '../mailboxes/configuration-keys.ts';
import { queryAll } from '../query-all.ts';
import { hasAnotherAdministrator, isActiveAdministrator } from './administrators.ts';
import { lastAdministrator } from './change-user.ts';
import { userItem } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';

/**
 * Deletes a user, with what was granted to them, so that a successor of the same name inherits
 * nothing; mailboxes and mail stay. Throws `NotFoundError`, and `ConflictError` for the last administrator.
 */
export async function deleteUser(context: IdentityContext, userName: string): Promise<void> {
  const { ports, configuration } = context;
  const { item, user } = await userItem(ports, userName);
  const isAdministrator = isActiveAdministrator(user);
  if (isAdministrator && !(await hasAnotherAdministrator(ports, user.userName))) throw lastAdministrator(user.userName);

  // Grants first: a crash leaves a user without access rather than access without a user.
  for await (const grant of queryAll(ports, 'configuration', accessPartition(user.userName))) {
    if (!grant.removed) await revokeAccess(configuration, grant.sk, user.userName);
  }
  await removeLogged(ports, 'configuration', item);
  context.sessions.forgetUser(userName);
  if (isAdministrator && !(await hasAnotherAdministrator(ports, user.userName))) {
    await createLogged(ports, 'configuration', item, { data: dataOf(user) });
    context.sessions.forgetUser(userName);
    throw lastAdministrator(user.userName);
  }
}
