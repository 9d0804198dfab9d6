import { z } from 'zod';
import type { User } from '../../../shared/domain/user.ts';
import { changeOwnPassword } from '../../../shared/usecases/identity/change-own-password.ts';
import { getUser } from '../../../shared/usecases/identity/find-users.ts';
import { endSession, listSessions, signIn } from '../../../shared/usecases/identity/sessions.ts';
import { created, noContent, ok } from '../api-response.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { publicRoute, type Route, route } from '../route.ts';
import { id } from '../schemas/fields.ts';
import { PasswordChangeSchema, SessionSchema, SignedInSchema, SignInSchema, UserSchema } from '../schemas/identity.ts';

/** What the API shows of a user: never the hash of a password. */
export function userShape(user: User): z.input<typeof UserSchema> {
  const { userName, fullName, emailAddresses, privileges, authentication, disabled, mailboxId, createdAt } = user;
  const shape = {
    userName,
    emailAddresses: [...emailAddresses],
    privileges: [...privileges],
    authentication,
    disabled,
    createdAt,
  };
  return {
    ...shape,
    ...(fullName === undefined ? {} : { fullName }),
    ...(mailboxId === undefined ? {} : { mailboxId }),
  };
}

export const sessionRoutes: readonly Route[] = [
  publicRoute(
    'POST',
    '/sessions',
    { summary: 'Sign in', privilege: 'none', body: SignInSchema, responses: { 201: SignedInSchema } },
    async ({ api, request, body }) => {
      const { userName, password } = body;
      const { sourceIp, userAgent } = request;
      const { token, session, user } = await signIn(api.settings.identity, { userName, password, sourceIp, userAgent });
      return created({ token, expiresAt: session.expiresAt, user: userShape(user) });
    },
  ),
  listRoute(
    '/sessions',
    { summary: 'Your sessions', privilege: 'login', query: PAGE_QUERY, item: SessionSchema },
    async ({ api, caller }, page) => {
      const { items, ...rest } = await listSessions(api.settings.identity, caller.userName, page);
      const sessions = items.map(({ sessionId, createdAt, expiresAt, sourceIp, userAgent }) => {
        return { sessionId, createdAt, expiresAt, sourceIp, userAgent, current: sessionId === caller.sessionId };
      });
      return { items: sessions, ...rest };
    },
  ),
  route(
    'DELETE',
    '/sessions/{sessionId}',
    {
      summary: 'End one of your sessions; `current` is the one that asks',
      privilege: 'login',
      params: z.object({ sessionId: id }),
      responses: { 204: null },
    },
    async ({ api, caller, params }) => {
      const sessionId = params.sessionId === 'current' ? caller.sessionId : params.sessionId;
      await endSession(api.settings.identity, caller.userName, sessionId);
      return noContent();
    },
  ),
  route(
    'GET',
    '/me',
    { summary: 'Who you are', privilege: 'login', responses: { 200: UserSchema } },
    async ({ api, caller }) => ok(userShape(await getUser(api.settings.identity.ports, caller.userName))),
  ),
  route(
    'PUT',
    '/me/password',
    {
      summary: 'Change your password; your other sessions end',
      privilege: 'changePassword',
      body: PasswordChangeSchema,
      responses: { 200: UserSchema },
    },
    async ({ api, caller, request, body }) => {
      await changeOwnPassword(api.settings.identity, caller, body, request.sourceIp);
      return ok(userShape(await getUser(api.settings.identity.ports, caller.userName)));
    },
  ),
];
