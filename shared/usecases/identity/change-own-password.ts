import type { Caller } from '../../domain/session.ts';
import { InvalidRequestError } from '../../errors.ts';
import { changeUser } from './change-user.ts';
import { getUser } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { verifyPassword } from './password-hash.ts';
import { limited } from './sign-in-attempts.ts';

/**
 * Changes the caller's own password; all other sessions end. Throws `InvalidRequestError` for a wrong
 * current password or one that is too short or too long, `RateLimitedError` after too many attempts.
 */
export async function changeOwnPassword(
  context: IdentityContext,
  caller: Caller,
  passwords: { readonly currentPassword: string; readonly newPassword: string },
  sourceIp: string,
): Promise<void> {
  const { ports, passwordCost } = context;
  const { passwordHash } = await getUser(ports, caller.userName);
  const isTheirs = await limited(ports, { userName: caller.userName, sourceIp }, () =>
    verifyPassword(passwords.currentPassword, passwordHash, passwordCost),
  );
  if (!isTheirs) throw new InvalidRequestError('currentPassword: this is not your password');
  await changeUser(context, caller.userName, { password: passwords.newPassword }, caller.sessionId);
}
