import type { Caller } from '../../domain/session.ts';
import { ForbiddenError, InvalidRequestError } from '../../errors.ts';
import { getUser } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { verifyPassword } from './password-hash.ts';
import { limited } from './sign-in-attempts.ts';

/** The password with which somebody shows again who they are. */
export interface OwnPassword {
  readonly password: string;
  readonly sourceIp: string;
}

/** Throws `ForbiddenError` for whoever came with an API key: what belongs to the person takes a sign-in. */
export function refuseApiKey(caller: Caller): void {
  if (caller.apiKeyId !== undefined) throw new ForbiddenError('this takes a sign-in; an API key will not do');
}

/**
 * Throws `InvalidRequestError`, naming `field`, where this is not the caller's password, `RateLimitedError`
 * after too many attempts, `ForbiddenError` for an API key.
 */
export async function checkOwnPassword(
  { ports, gate, passwordCost }: IdentityContext,
  caller: Caller,
  { password, sourceIp }: OwnPassword,
  field = 'password',
): Promise<void> {
  refuseApiKey(caller);
  const { passwordHash } = await getUser(ports, caller.userName);
  const outcome = await gate.pass(sourceIp, () =>
    limited(ports, { userName: caller.userName, sourceIp }, async () =>
      (await verifyPassword(password, passwordHash, passwordCost)) ? 'succeeded' : 'failed',
    ),
  );
  if (outcome !== 'succeeded') throw new InvalidRequestError(`${field}: this is not your password`);
}
