import type { GlobalPrivilege } from '../../domain/privilege.ts';
import type { User } from '../../domain/user.ts';
import { ConflictError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { hasAnotherAdministrator, isActiveAdministrator } from './administrators.ts';
import { checkEmailAddresses } from './create-user.ts';
import { userItem } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { checkPassword, hashPassword } from './password-hash.ts';

/** What is left out stays as it is. */
export interface UserChange {
  /** `null` removes it. */
  readonly fullName?: string | null;
  readonly emailAddresses?: readonly string[];
  readonly privileges?: readonly GlobalPrivilege[];
  readonly password?: string;
  readonly disabled?: boolean;
}

/**
 * Changes a user; mailboxes and mail stay untouched. A new password or disabling ends all sessions but
 * `keptSessionId`. Throws `NotFoundError`, `InvalidRequestError`, and `ConflictError` beside another
 * change or where nobody could run the archive any more.
 */
export async function changeUser(
  context: IdentityContext,
  userName: string,
  change: UserChange,
  keptSessionId?: string,
): Promise<User> {
  const { ports } = context;
  const { item, user } = await userItem(ports, userName);
  const changed = await applied(context, user, change, keptSessionId);
  const locksOut = isActiveAdministrator(user) && !isActiveAdministrator(changed);
  if (locksOut && !(await hasAnotherAdministrator(ports, user.userName))) throw lastAdministrator(user.userName);

  const written = await replaceLogged(ports, 'configuration', item, { data: dataOf(changed) });
  context.sessions.forgetUser(userName);
  if (locksOut) await undoIfLast(context, written, user);
  return changed;
}

async function applied(
  { ports, passwordCost }: IdentityContext,
  user: User,
  change: UserChange,
  keptSessionId: string | undefined,
): Promise<User> {
  const { fullName: _fullName, keptSessionId: _kept, ...rest } = user;
  const fullName = change.fullName === undefined ? user.fullName : (change.fullName ?? undefined);
  const { password, privileges = user.privileges, disabled = user.disabled } = change;
  if (password !== undefined) checkPassword(password);
  const passwordHash =
    password === undefined ? user.passwordHash : await hashPassword(ports.entropy, password, passwordCost);
  const endsSessions = password !== undefined || (disabled && !user.disabled);
  const kept = endsSessions ? keptSessionId : user.keptSessionId;
  return {
    ...rest,
    ...(fullName === undefined ? {} : { fullName }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(kept === undefined ? {} : { keptSessionId: kept }),
    ...(endsSessions ? { sessionsValidFrom: ports.clock.now().toISOString() } : {}),
    emailAddresses: change.emailAddresses ? checkEmailAddresses(change.emailAddresses) : user.emailAddresses,
    privileges: [...new Set(privileges)],
    disabled,
  };
}

/** Two administrators may lock each other out at the same instant: whoever then finds none takes the change back. */
async function undoIfLast(context: IdentityContext, written: Item, former: User): Promise<void> {
  if (await hasAnotherAdministrator(context.ports, former.userName)) return;
  await replaceLogged(context.ports, 'configuration', written, { data: dataOf(former) });
  context.sessions.forgetUser(former.userName);
  throw lastAdministrator(former.userName);
}

export function lastAdministrator(userName: string): ConflictError {
  return new ConflictError(`${userName} is the last administrator; make another one first`);
}
