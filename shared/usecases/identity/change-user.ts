import type { GlobalPrivilege } from '../../domain/privilege.ts';
import type { User } from '../../domain/user.ts';
import { ConflictError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { replaceLogged } from '../logged-item.ts';
import { hasAnotherAdministrator, isActiveAdministrator } from './administrators.ts';
import { checkPassword } from './check-password.ts';
import { checkEmailAddresses } from './create-user.ts';
import { userItem } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { hashPassword } from './password-hash.ts';
import { checkName, renaming } from './principal-names.ts';
import { principalChange } from './principals.ts';

/** What is left out stays as it is. */
export interface UserChange {
  /** Renames: all that the user has hangs on the id and stays. */
  readonly userName?: string;
  /** `null` removes it. */
  readonly fullName?: string | null;
  readonly emailAddresses?: readonly string[];
  /** `null` removes it. */
  readonly distinguishedName?: string | null;
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
  const { userName: newName, privileges, password } = change;
  if (user.auditor && [newName, privileges, password].some((field) => field !== undefined)) {
    throw new ConflictError(`${user.userName} is an auditor and stays as made; make another auditor`);
  }
  const changed = await applied(context, user, change, keptSessionId);
  const locksOut = isActiveAdministrator(user) && !isActiveAdministrator(changed);
  if (locksOut && !(await hasAnotherAdministrator(ports, user.userId))) throw lastAdministrator(user.userName);

  const written = await renaming(ports, user, changed, () =>
    replaceLogged(ports, 'configuration', item, principalChange(changed)),
  );
  context.sessions.forgetUser(user.userId);
  if (locksOut) await undoIfLast(context, written, changed, user);
  return changed;
}

async function applied(
  { ports, passwordCost }: IdentityContext,
  user: User,
  change: UserChange,
  keptSessionId: string | undefined,
): Promise<User> {
  const { fullName: _fullName, distinguishedName: _dn, keptSessionId: _kept, hasInitialPassword, ...rest } = user;
  const fullName = change.fullName === undefined ? user.fullName : (change.fullName ?? undefined);
  const distinguishedName =
    change.distinguishedName === undefined ? user.distinguishedName : (change.distinguishedName ?? undefined);
  const userName = change.userName === undefined ? user.userName : checkName('userName', change.userName);
  const { password, privileges = user.privileges, disabled = user.disabled } = change;
  if (password !== undefined) checkPassword(password, userName);
  const passwordHash =
    password === undefined ? user.passwordHash : await hashPassword(ports.entropy, password, passwordCost);
  const endsSessions = password !== undefined || (disabled && !user.disabled);
  const kept = endsSessions ? keptSessionId : user.keptSessionId;
  return {
    ...rest,
    userName,
    ...(hasInitialPassword && password === undefined ? { hasInitialPassword } : {}),
    ...(distinguishedName === undefined ? {} : { distinguishedName }),
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
async function undoIfLast(context: IdentityContext, written: Item, changed: User, former: User): Promise<void> {
  if (await hasAnotherAdministrator(context.ports, former.userId)) return;
  await renaming(context.ports, changed, former, () =>
    replaceLogged(context.ports, 'configuration', written, principalChange(former)),
  );
  context.sessions.forgetUser(former.userId);
  throw lastAdministrator(former.userName);
}

export function lastAdministrator(userName: string): ConflictError {
  return new ConflictError(`${userName} is the last administrator; make another one first`);
}
