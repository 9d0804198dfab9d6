import { hasExpired } from '../../domain/auditor.ts';
import { holds } from '../../domain/privilege.ts';
import type { Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import { OtpRequiredError, UnauthenticatedError } from '../../errors.ts';
import { dataOf } from '../item-data.ts';
import { newId } from '../new-id.ts';
import { findUser } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { passesOtp } from './otp.ts';
import { verifyPassword } from './password-hash.ts';
import { sessionKey } from './session-book.ts';
import { signSessionToken } from './session-token.ts';
import { sessionsOf } from './sessions.ts';
import { limited, type Verdict } from './sign-in-attempts.ts';
import { isLoopback } from './source-network.ts';

const SESSION_HOURS = 12;
/** How much of a User-Agent field is kept. */
const MAX_USER_AGENT = 200;

export interface SignIn {
  readonly userName: string;
  readonly password: string;
  /** A code of the second factor, or a recovery code. */
  readonly otp?: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export interface SignedIn {
  readonly token: string;
  readonly session: Session;
  readonly user: User;
}

/**
 * Begins a session. Throws `UnauthenticatedError`, in the same words and after the same work, for a
 * wrong password, an unknown or disabled user, one without the privilege `login`, and an initial password
 * from another machine; `OtpRequiredError` where only the one-time code is missing; `RateLimitedError`
 * after too many attempts, or while too many are under way.
 */
export async function signIn(context: IdentityContext, attempt: SignIn): Promise<SignedIn> {
  return await context.gate.pass(attempt.sourceIp, () => verifiedSession(context, attempt));
}

async function verifiedSession(context: IdentityContext, attempt: SignIn): Promise<SignedIn> {
  const { ports } = context;
  // Taken before the user is read, so that a password changed meanwhile ends this session as well.
  const startedAt = ports.clock.now();
  const user = await findUser(ports, attempt.userName);
  let isWrongCode = false;
  const verdict = await limited(ports, attempt, async (): Promise<Verdict> => {
    const matches = await verifyPassword(attempt.password, user?.passwordHash, context.passwordCost);
    if (!user || !matches || !mayEnter(user, attempt, startedAt)) return 'failed';
    if (!user.otp) return 'succeeded';
    if (attempt.otp === undefined) return 'unfinished';
    isWrongCode = !(await passesOtp(context, user.userName, attempt.otp));
    return isWrongCode ? 'failed' : 'succeeded';
  });
  if (verdict === 'unfinished') throw new OtpRequiredError();
  if (isWrongCode) throw new UnauthenticatedError('wrong one-time code, or one that was used already');
  if (!user || verdict !== 'succeeded') throw new UnauthenticatedError('wrong user name or password');
  return await begin(context, user, attempt, startedAt);
}

function mayEnter(user: User, { sourceIp }: SignIn, now: Date): boolean {
  if (user.hasInitialPassword && !isLoopback(sourceIp)) return false;
  return !user.disabled && !hasExpired(user, now) && holds(user.privileges, 'login');
}

async function begin(context: IdentityContext, user: User, attempt: SignIn, startedAt: Date): Promise<SignedIn> {
  const { ports } = context;
  const expiresAt = new Date(startedAt.getTime() + SESSION_HOURS * 3_600_000);
  const session: Session = {
    sessionId: newId(ports, 'session'),
    userId: user.userId,
    userName: user.userName,
    createdAt: startedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    sourceIp: attempt.sourceIp,
    userAgent: attempt.userAgent.slice(0, MAX_USER_AGENT),
  };
  await ports.tables.put('activity', {
    ...sessionKey(session.sessionId),
    version: 1,
    expiresAt: Math.ceil(expiresAt.getTime() / 1000),
    indexes: { list: { pk: sessionsOf(user.userId), sk: session.sessionId } },
    data: dataOf(session),
  });
  context.sessions.forgetSession(session.sessionId);
  return { token: await signSessionToken(ports, session), session, user };
}
