import { holds } from '../../domain/privilege.ts';
import type { Caller, Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import { principalKey } from '../../domain/user-name.ts';
import { NotFoundError, UnauthenticatedError } from '../../errors.ts';
import { dataOf, typed } from '../item-data.ts';
import { type ListPage, listPage, type PageRequest } from '../mailboxes/configuration-page.ts';
import { newId } from '../new-id.ts';
import { findUser } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { verifyPassword } from './password-hash.ts';
import { sessionKey } from './session-book.ts';
import { signSessionToken, verifySessionToken } from './session-token.ts';
import { limited } from './sign-in-attempts.ts';

const SESSION_HOURS = 12;
/** How much of a User-Agent field is kept. */
const MAX_USER_AGENT = 200;

export interface SignIn {
  readonly userName: string;
  readonly password: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export interface SignedIn {
  readonly token: string;
  readonly session: Session;
  readonly user: User;
}

/**
 * Begins a session. Throws `UnauthenticatedError`, in the same words and time, for a wrong password, an
 * unknown or disabled user, and one without the privilege `login`; `RateLimitedError` after too many.
 */
export async function signIn(context: IdentityContext, attempt: SignIn): Promise<SignedIn> {
  const { ports, passwordCost } = context;
  // Taken before the user is read, so that a password changed meanwhile ends this session as well.
  const startedAt = ports.clock.now();
  const user = await findUser(ports, attempt.userName);
  const mayEnter = user !== undefined && !user.disabled && holds(user.privileges, 'login');
  const verified = await limited(ports, attempt, async () => {
    const matches = await verifyPassword(attempt.password, user?.passwordHash, passwordCost);
    return matches && mayEnter;
  });
  if (!user || !verified) throw new UnauthenticatedError('wrong user name or password');

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
    indexes: { list: { pk: sessionsOf(user.userName), sk: session.sessionId } },
    data: dataOf(session),
  });
  context.sessions.forgetSession(session.sessionId);
  return { token: await signSessionToken(ports, session), session, user };
}

/** Who a token speaks for. Throws `UnauthenticatedError` also where the session was ended or its user may not sign in any more. */
export async function authenticate(context: IdentityContext, token: string): Promise<Caller> {
  const sessionId = await verifySessionToken(context.ports, token);
  const session = await context.sessions.session(sessionId);
  const user = session && (await context.sessions.user(session.userName));
  if (!session || !user || !isValid(context, session, user)) throw new UnauthenticatedError();
  return { userName: user.userName, privileges: user.privileges, sessionId };
}

/** The sessions of a user, newest first, eventually consistent; ended ones are left out. */
export function listSessions(
  context: IdentityContext,
  userName: string,
  request: PageRequest,
): Promise<ListPage<Session>> {
  const place = { table: 'activity', pk: sessionsOf(userName), index: 'list', newestFirst: true } as const;
  return listPage(context.ports, place, request, async (item) => {
    const session = typed<Session>(item).data;
    const user = await context.sessions.user(userName);
    return user && isValid(context, session, user) ? session : undefined;
  });
}

/** Ends a session of this user: at once in this process, within seconds in others. Throws `NotFoundError`. */
export async function endSession(context: IdentityContext, userName: string, sessionId: string): Promise<void> {
  const { tables } = context.ports;
  const item = await tables.get('activity', sessionKey(sessionId));
  if (!item || principalKey(typed<Session>(item).data.userName) !== principalKey(userName)) {
    throw new NotFoundError(`session ${sessionId}`);
  }
  await tables.deleteIfVersion('activity', sessionKey(sessionId), item.version);
  context.sessions.forgetSession(sessionId);
}

function isValid({ ports }: IdentityContext, session: Session, user: User): boolean {
  if (session.userId !== user.userId || user.disabled || !holds(user.privileges, 'login')) return false;
  if (session.expiresAt <= ports.clock.now().toISOString()) return false;
  return session.createdAt >= (user.sessionsValidFrom ?? '') || session.sessionId === user.keptSessionId;
}

function sessionsOf(userName: string): string {
  return `sessions-of#${principalKey(userName)}`;
}
