import type { Caller } from '../../domain/session.ts';
import type { OtpFactor, User } from '../../domain/user.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { replaceLogged } from '../logged-item.ts';
import { userItem } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { newOtpSecret, openSecret, otpauthUrl, sealSecret, useCode } from './otp-secret.ts';
import { checkOwnPassword, type OwnPassword, refuseApiKey } from './own-password.ts';
import { principalChange } from './principals.ts';
import { newRecoveryCodes, recoveryHash } from './recovery-codes.ts';

/** What an authenticator app needs; shown once. */
export interface Enrolment {
  /** Base32. */
  readonly secret: string;
  readonly otpauthUrl: string;
}

/**
 * Begins to enrol a second factor of the caller's; it counts once it is confirmed. Throws
 * `InvalidRequestError` for a wrong password and `ConflictError` where there is a second factor already.
 */
export async function enrolOtp(context: IdentityContext, caller: Caller, password: OwnPassword): Promise<Enrolment> {
  const { ports } = context;
  await checkOwnPassword(context, caller, password);
  const { item, user } = await userItem(ports, caller.userName);
  if (user.otp) throw new ConflictError('there is a second factor already; switch it off first');
  const secret = newOtpSecret(ports);
  await write(context, item, { ...user, pendingOtp: await sealSecret(ports, user.userId, secret) });
  return { secret, otpauthUrl: otpauthUrl(user.userName, secret) };
}

/**
 * Confirms what was enrolled by a first code and answers the recovery codes, which are shown this once. Throws
 * `InvalidRequestError`.
 */
export async function confirmOtp(context: IdentityContext, caller: Caller, code: string): Promise<readonly string[]> {
  const { ports } = context;
  refuseApiKey(caller);
  const { item, user } = await userItem(ports, caller.userName);
  const { pendingOtp, ...rest } = user;
  if (pendingOtp === undefined) throw new InvalidRequestError('nothing is enrolled that could be confirmed');
  const secret = await openSecret(ports, user.userId, pendingOtp);
  if (secret === undefined || !(await useCode(ports, user.userId, secret, code))) {
    throw new InvalidRequestError('otp: this is not the code of now');
  }
  const { codes, hashes } = newRecoveryCodes(ports.entropy);
  const confirmedAt = ports.clock.now().toISOString();
  await write(context, item, { ...rest, otp: { sealedSecret: pendingOtp, confirmedAt, recoveryHashes: hashes } });
  return codes;
}

/** Switches the caller's second factor off. Throws `InvalidRequestError` for a wrong password. */
export async function disableOtp(context: IdentityContext, caller: Caller, password: OwnPassword): Promise<void> {
  await checkOwnPassword(context, caller, password);
  await resetOtp(context, caller.userName);
}

/** Takes a user's second factor away, for one who lost it. Throws `NotFoundError`. Safe to repeat. */
export async function resetOtp(context: IdentityContext, userName: string): Promise<void> {
  const { item, user } = await userItem(context.ports, userName);
  const { otp, pendingOtp, ...rest } = user;
  if (otp || pendingOtp !== undefined) await write(context, item, rest);
}

/** Whether `code` is the second factor's code of now, or a recovery code, which is used up. */
export async function passesOtp(context: IdentityContext, userName: string, code: string): Promise<boolean> {
  const { ports } = context;
  const { item, user } = await userItem(ports, userName);
  if (!user.otp) return false;
  const secret = await openSecret(ports, user.userId, user.otp.sealedSecret);
  if (secret !== undefined && (await useCode(ports, user.userId, secret, code))) return true;
  const otp = withoutRecoveryCode(user.otp, code);
  if (otp) await write(context, item, { ...user, otp });
  return otp !== undefined;
}

function withoutRecoveryCode(otp: OtpFactor, code: string): OtpFactor | undefined {
  const hash = recoveryHash(code);
  if (!otp.recoveryHashes.includes(hash)) return undefined;
  return { ...otp, recoveryHashes: otp.recoveryHashes.filter((kept) => kept !== hash) };
}

async function write({ ports, sessions }: IdentityContext, item: Item, user: User): Promise<void> {
  await replaceLogged(ports, 'configuration', item, principalChange(user));
  sessions.forgetUser(user.userId);
}
