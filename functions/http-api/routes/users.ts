import { z } from 'zod';
import type { User } from '../../../shared/domain/user.ts';
import { changeUser, type UserChange } from '../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../shared/usecases/identity/create-user.ts';
import { deleteUser } from '../../../shared/usecases/identity/delete-user.ts';
import { getUser, listUsers } from '../../../shared/usecases/identity/find-users.ts';
import { created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { newUserRule, userChangeRule } from '../rules/user-rules.ts';
import { id } from '../schemas/fields.ts';
import { NewUserSchema, UserChangeSchema, UserSchema } from '../schemas/identity.ts';

/** What the API shows of a user: never the hash of a password, nor anything of the second factor but that it is there. */
export function userShape(user: User): z.input<typeof UserSchema> {
  const { userName, fullName, distinguishedName, mailboxId, disabled, authentication, createdAt } = user;
  return {
    userName,
    ...given({ fullName, distinguishedName, mailboxId }),
    emailAddresses: [...user.emailAddresses],
    privileges: [...user.privileges],
    authentication,
    hasOtp: user.otp !== undefined,
    disabled,
    createdAt,
  };
}

const params = z.object({ userName: id });
const privilege = 'admin';

export const userRoutes: readonly Route[] = [
  route(
    'POST',
    '/users',
    {
      summary: 'Create a user',
      privilege,
      body: NewUserSchema,
      responses: { 201: UserSchema },
      sensitive: newUserRule,
    },
    async ({ api, body }) => {
      const { authentication: _integrated, ...wanted } = body;
      return created(userShape(await createUser(api.settings.identity, given(wanted))));
    },
  ),
  listRoute(
    '/users',
    { summary: 'Users by name', privilege, query: PAGE_QUERY, item: UserSchema },
    async ({ api }, page) => {
      const { items, ...rest } = await listUsers(api.settings.identity.ports, page);
      return { items: items.map(userShape), ...rest };
    },
  ),
  route(
    'GET',
    '/users/{userName}',
    { summary: 'A user', privilege, params, responses: { 200: UserSchema } },
    async ({ api, params: { userName } }) => ok(userShape(await getUser(api.settings.identity.ports, userName))),
  ),
  route(
    'PATCH',
    '/users/{userName}',
    {
      summary: 'Change a user',
      privilege,
      params,
      body: UserChangeSchema,
      responses: { 200: UserSchema },
      sensitive: userChangeRule,
    },
    async ({ api, params: { userName }, body }) => {
      const change: UserChange = given(body);
      return ok(userShape(await changeUser(api.settings.identity, userName, change)));
    },
  ),
  route(
    'DELETE',
    '/users/{userName}',
    { summary: 'Delete a user; mailboxes and mail stay', privilege, params, responses: { 204: null } },
    async ({ api, params: { userName } }) => {
      await deleteUser(api.settings.identity, userName);
      return noContent();
    },
  ),
];
