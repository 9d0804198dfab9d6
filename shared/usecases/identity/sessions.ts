import { effectivePrivileges, hasExpired } from '../../domain/auditor.ts';
import { holds } from '../../domain/privilege.ts';
import type { Caller, Session } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import { NotFoundError, UnauthenticatedError } from '../../errors.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { mustHaveOtp } from '../settings/sign-in-rules.ts';
import { isApiKeyText } from './api-key-text.ts';
import { callerOfKey } from './api-keys.ts';
import { userItem } from './find-users.ts';
import type { IdentityContext } from './identity-context.ts';
import { principalChange } from './principals.ts';
import { sessionKey } from './session-book.ts';
import { verifySessionToken } from './session-token.ts';

/**
 * Who a session token or API key speaks for. Throws `UnauthenticatedError` also where the session was ended, the key
 * revoked, or the user may not sign in any more.
 */
export async function authenticate(context: IdentityContext, token: string): Promise<Caller> {
  if (isApiKeyText(token)) return await callerOfKey(context, token);
  const sessionId = await verifySessionToken(context.ports, token);
  const session = await context.sessions.session(sessionId);
  const user = session && (await context.sessions.user(session.userId));
  if (!session || !user || !isValid(context, session, user)) throw new UnauthenticatedError();
  const { userId, userName, auditor } = user;
  const caller: Caller = {
    userId,
    userName,
    privileges: effectivePrivileges(user),
    sessionId,
    ...(auditor ? { auditor } : {}),
  };
  const isLacking = !user.otp && mustHaveOtp(await context.signInRules.get(), user);
  return isLacking ? { ...caller, mustEnrolOtp: true } : caller;
}

/** The sessions of a user, newest first, eventually consistent; ended ones are left out. Throws `NotFoundError`. */
export async function listSessions(
  context: IdentityContext,
  userName: string,
  request: PageRequest,
): Promise<ListPage<Session>> {
  const { user } = await userItem(context.ports, userName);
  const place = { table: 'activity', pk: sessionsOf(user.userId), index: 'list', newestFirst: true } as const;
  return await listPage(context.ports, place, request, (item) => {
    const session = typed<Session>(item).data;
    return isValid(context, session, user) ? session : undefined;
  });
}

/** Ends a session, of `userId` where one is given: at once in this process, within seconds in others. Throws `NotFoundError`. */
export async function endSession(context: IdentityContext, sessionId: string, userId?: string): Promise<void> {
  const { tables } = context.ports;
  const item = await tables.get('activity', sessionKey(sessionId));
  if (!item || (userId !== undefined && typed<Session>(item).data.userId !== userId)) {
    throw new NotFoundError(`session ${sessionId}`);
  }
  await tables.deleteIfVersion('activity', sessionKey(sessionId), item.version);
  context.sessions.forgetSession(sessionId);
}

/** Ends all sessions of a user but `keptSessionId`. Throws `NotFoundError`. */
export async function endAllSessions(
  context: IdentityContext,
  userName: string,
  keptSessionId?: string,
): Promise<void> {
  const { item, user } = await userItem(context.ports, userName);
  const { keptSessionId: _former, ...rest } = user;
  const changed: User = {
    ...rest,
    sessionsValidFrom: context.ports.clock.now().toISOString(),
    ...(keptSessionId === undefined ? {} : { keptSessionId }),
  };
  await replaceLogged(context.ports, 'configuration', item, principalChange(changed));
  context.sessions.forgetUser(user.userId);
}

/** The list partition of a user's sessions. */
export function sessionsOf(userId: string): string {
  return `sessions-of#${userId}`;
}

function isValid({ ports }: IdentityContext, session: Session, user: User): boolean {
  if (session.userId !== user.userId || user.disabled || !holds(user.privileges, 'login')) return false;
  const now = ports.clock.now();
  if (hasExpired(user, now) || session.expiresAt <= now.toISOString()) return false;
  return session.createdAt >= (user.sessionsValidFrom ?? '') || session.sessionId === user.keptSessionId;
}
