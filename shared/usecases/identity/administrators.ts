import { GLOBAL_PRIVILEGES } from '../../domain/privilege.ts';
import type { User } from '../../domain/user.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { PRINCIPALS } from '../configuration/configuration-keys.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { createUser } from './create-user.ts';
import { findUser } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import type { Principal } from './principals.ts';

/** The user name of the first administrator. */
const ADMINISTRATOR = 'admin';

/** A password for the first administrator. */
export interface FirstPassword {
  readonly password: string;
  /** It was made up and printed, so it counts only from the machine itself, until it is changed. */
  readonly isMadeUp: boolean;
}

/** Creates the first administrator where there is no user of that name yet. Safe to repeat. */
export async function ensureAdministrator(
  context: IdentityContext,
  { password, isMadeUp }: FirstPassword,
): Promise<'created' | 'exists'> {
  if (await findUser(context.ports, ADMINISTRATOR)) return 'exists';
  try {
    await createUser(context, {
      userName: ADMINISTRATOR,
      fullName: 'Administrator',
      privileges: GLOBAL_PRIVILEGES,
      password,
      hasInitialPassword: isMadeUp,
    });
    return 'created';
  } catch (error) {
    if (error instanceof ConflictError) return 'exists';
    throw error;
  }
}

/** Whether a user can sign in and run the archive. */
export function isActiveAdministrator(user: User): boolean {
  return user.privileges.includes('admin') && !user.disabled && user.passwordHash !== undefined;
}

/** Whether anybody but `userId` can still run the archive. Walks the users until one is found: for rare changes only. */
export async function hasAnotherAdministrator(ports: Pick<Ports, 'tables'>, userId: string): Promise<boolean> {
  for await (const item of queryAll(ports, 'configuration', PRINCIPALS)) {
    if (item.removed) continue;
    const user = typed<Principal>(item).data;
    if (user.kind === 'user' && user.userId !== userId && isActiveAdministrator(user)) return true;
  }
  return false;
}
