import { z } from 'zod';
import { holds } from '../../../shared/domain/privilege.ts';
import {
  createApiKey,
  type ListedApiKey,
  listApiKeys,
  type NewApiKey,
  revokeApiKey,
} from '../../../shared/usecases/identity/api-keys.ts';
import { created, noContent } from '../api-response.ts';
import { given } from '../given.ts';
import { listRoute, pageQuery } from '../list-route.ts';
import { ofWhom } from '../of-whom.ts';
import { type Route, route } from '../route.ts';
import { id } from '../schemas/fields.ts';
import { ApiKeySchema, MadeApiKeySchema, NewApiKeySchema } from '../schemas/identity.ts';

const privilege = 'login';

function apiKeyShape({
  userId: _userId,
  mailboxIds,
  privileges,
  ...shape
}: ListedApiKey): z.input<typeof ApiKeySchema> {
  return {
    ...shape,
    privileges: [...privileges],
    ...(mailboxIds === undefined ? {} : { mailboxes: [...mailboxIds] }),
  };
}

export const apiKeyRoutes: readonly Route[] = [
  route(
    'POST',
    '/api-keys',
    {
      summary: 'Make an API key of yours, with no more than you may; the key is shown this once',
      privilege,
      body: NewApiKeySchema,
      responses: { 201: MadeApiKeySchema },
    },
    async ({ api, caller, body }) => {
      const { mailboxes: mailboxIds, expiresAt, ...rest } = body;
      const wanted: NewApiKey = given({
        ...rest,
        mailboxIds,
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
      });
      const { text, apiKey } = await createApiKey(api.settings.identity, caller, wanted);
      return created({ ...apiKeyShape(apiKey), key: text });
    },
  ),
  listRoute(
    '/api-keys',
    {
      summary: 'Your API keys, newest first; for administrators, those of `user`',
      privilege,
      query: pageQuery({ user: id.optional() }),
      item: ApiKeySchema,
    },
    async ({ api, caller, query }, page) => {
      const { userId } = await ofWhom(api, caller, query.user);
      const { items, ...rest } = await listApiKeys(api.settings.identity, userId, page);
      return { items: items.map(apiKeyShape), ...rest };
    },
  ),
  route(
    'DELETE',
    '/api-keys/{apiKeyId}',
    {
      summary: 'Revoke an API key of yours; for administrators, of anybody',
      privilege,
      params: z.object({ apiKeyId: id }),
      responses: { 204: null },
    },
    async ({ api, caller, params }) => {
      const userId = holds(caller.privileges, 'admin') ? undefined : caller.userId;
      await revokeApiKey(api.settings.identity, params.apiKeyId, userId);
      return noContent();
    },
  ),
];
