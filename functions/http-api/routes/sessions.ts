import { z } from 'zod';
import { holds } from '../../../shared/domain/privilege.ts';
import { ForbiddenError } from '../../../shared/errors.ts';
import { changeOwnPassword } from '../../../shared/usecases/identity/change-own-password.ts';
import { getUser } from '../../../shared/usecases/identity/find-users.ts';
import { endAllSessions, endSession, listSessions } from '../../../shared/usecases/identity/sessions.ts';
import { signIn } from '../../../shared/usecases/identity/sign-in.ts';
import type { ApiRequest } from '../api-request.ts';
import { created, json, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, pageQuery } from '../list-route.ts';
import { ofWhom } from '../of-whom.ts';
import { publicRoute, type Route, route } from '../route.ts';
import { id } from '../schemas/fields.ts';
import { PasswordChangeSchema, SessionSchema, SignedInSchema, SignInSchema, UserSchema } from '../schemas/identity.ts';
import { type CookieScope, noSessionCookie, sessionCookie } from '../session-cookie.ts';
import { userShape } from './users.ts';

const user = id.optional();

function cookieScope({ settings }: HttpApi, { isHttps }: ApiRequest): CookieScope {
  return { basePath: settings.basePath, isSecure: isHttps || settings.secureCookies === true };
}

export const sessionRoutes: readonly Route[] = [
  publicRoute(
    'POST',
    '/sessions',
    {
      summary: 'Sign in; `otp_required` where the code of the second factor is missing',
      privilege: 'none',
      body: SignInSchema,
      responses: { 201: SignedInSchema },
    },
    async ({ api, request, body }) => {
      const { cookie: wantsCookie, ...attempt } = body;
      if (wantsCookie && !request.isSameOrigin) throw new ForbiddenError('only pages of this origin get a cookie');
      const { sourceIp, userAgent } = request;
      const signedIn = await signIn(api.settings.identity, { ...given(attempt), sourceIp, userAgent });
      const { token, session } = signedIn;
      const answer = { expiresAt: session.expiresAt, user: userShape(signedIn.user) };
      if (!wantsCookie) return created({ token, ...answer });
      const maxAge = Math.floor((Date.parse(session.expiresAt) - Date.parse(session.createdAt)) / 1000);
      return json(201, answer, { 'set-cookie': sessionCookie(token, maxAge, cookieScope(api, request)) });
    },
  ),
  listRoute(
    '/sessions',
    {
      summary: 'Your sessions; for administrators, those of `user`',
      privilege: 'login',
      query: pageQuery({ user }),
      item: SessionSchema,
    },
    async ({ api, caller, query }, page) => {
      const { userName } = await ofWhom(api, caller, query.user);
      const { items, ...rest } = await listSessions(api.settings.identity, userName, page);
      const sessions = items.map(({ sessionId, createdAt, expiresAt, sourceIp, userAgent }) => {
        return { sessionId, createdAt, expiresAt, sourceIp, userAgent, current: sessionId === caller.sessionId };
      });
      return { items: sessions, ...rest };
    },
  ),
  route(
    'DELETE',
    '/sessions',
    {
      summary: 'End all your sessions but the one that asks; for administrators, all of `user`',
      privilege: 'login',
      query: z.strictObject({ user }),
      responses: { 204: null },
    },
    async ({ api, caller, query }) => {
      const { userId, userName } = await ofWhom(api, caller, query.user);
      await endAllSessions(api.settings.identity, userName, userId === caller.userId ? caller.sessionId : undefined);
      return noContent();
    },
  ),
  route(
    'DELETE',
    '/sessions/{sessionId}',
    {
      summary: 'End one of your sessions; `current` is the one that asks; administrators end those of others, too',
      privilege: 'login',
      whileEnrolling: true,
      params: z.object({ sessionId: id }),
      responses: { 204: null },
    },
    async ({ api, caller, request, params }) => {
      const isCurrent = params.sessionId === 'current' || params.sessionId === caller.sessionId;
      const userId = holds(caller.privileges, 'admin') ? undefined : caller.userId;
      await endSession(api.settings.identity, isCurrent ? caller.sessionId : params.sessionId, userId);
      const takesCookie = isCurrent && request.isByCookie;
      return takesCookie
        ? { ...noContent(), headers: { 'set-cookie': noSessionCookie(cookieScope(api, request)) } }
        : noContent();
    },
  ),
  route(
    'GET',
    '/me',
    { summary: 'Who you are', privilege: 'login', whileEnrolling: true, responses: { 200: UserSchema } },
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
