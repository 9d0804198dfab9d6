import type { Caller } from '../../domain/session.ts';
import { changeUser } from './change-user.ts';
import type { IdentityContext } from './identity-context.ts';
import { checkOwnPassword } from './own-password.ts';

/**
 * Changes the caller's own password; all other sessions end. Throws `InvalidRequestError` for a wrong
 * current password or a new one that will not do, `RateLimitedError` after too many attempts,
 * `ForbiddenError` for an API key.
 */
export async function changeOwnPassword(
  context: IdentityContext,
  caller: Caller,
  passwords: { readonly currentPassword: string; readonly newPassword: string },
  sourceIp: string,
): Promise<void> {
  const { currentPassword, newPassword } = passwords;
  await checkOwnPassword(context, caller, { password: currentPassword, sourceIp }, 'currentPassword');
  await changeUser(context, caller.userName, { password: newPassword }, caller.sessionId);
}
