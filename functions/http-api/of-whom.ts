import { holds } from '../../shared/domain/privilege.ts';
import type { Caller } from '../../shared/domain/session.ts';
import { principalKey } from '../../shared/domain/user-name.ts';
import { ForbiddenError } from '../../shared/errors.ts';
import { getUser } from '../../shared/usecases/identity/find-users.ts';
import type { HttpApi } from './http-api.ts';

/**
 * Whose things a request is about: the caller's own, or those of the user that an administrator names. Throws
 * `ForbiddenError` where somebody else names one, `NotFoundError` where there is none.
 */
export async function ofWhom(
  { settings }: HttpApi,
  caller: Caller,
  userName: string | undefined,
): Promise<Pick<Caller, 'userId' | 'userName'>> {
  if (userName === undefined || principalKey(userName) === principalKey(caller.userName)) return caller;
  if (!holds(caller.privileges, 'admin')) throw new ForbiddenError('other users are a matter of administrators');
  return await getUser(settings.identity.ports, userName);
}
