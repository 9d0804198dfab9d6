import { z } from 'zod';
import {
  getAccess,
  grantAccess,
  listAccess,
  type NamedGrant,
  revokeAccess,
} from '../../../shared/usecases/access/access-grants.ts';
import { getMailbox } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { noContent, ok } from '../api-response.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { grantRule } from '../rules/access-rules.ts';
import { id, mailboxIdParams } from '../schemas/fields.ts';
import { AccessChangeSchema, AccessSchema } from '../schemas/identity.ts';

const path = '/mailboxes/{mailboxId}/access/{principal}';
const params = z.object({ mailboxId: id, principal: id });
const privilege = 'admin';

function accessShape(grant: NamedGrant): z.input<typeof AccessSchema> {
  return { ...grant, privileges: [...grant.privileges] };
}

export const accessRoutes: readonly Route[] = [
  listRoute(
    '/mailboxes/{mailboxId}/access',
    {
      summary: 'Who has access to a mailbox',
      privilege,
      params: mailboxIdParams,
      query: PAGE_QUERY,
      item: AccessSchema,
    },
    async ({ api, params: { mailboxId } }, page) => {
      const { ports } = api.settings.configuration;
      await getMailbox(ports, mailboxId);
      const { items, ...rest } = await listAccess(ports, mailboxId, page);
      return { items: items.map(accessShape), ...rest };
    },
  ),
  route(
    'GET',
    path,
    { summary: 'What a user or group may do with a mailbox', privilege, params, responses: { 200: AccessSchema } },
    async ({ api, params: { mailboxId, principal } }) =>
      ok(accessShape(await getAccess(api.settings.configuration.ports, mailboxId, principal))),
  ),
  route(
    'PUT',
    path,
    {
      summary: 'Set what a user or group may do with a mailbox',
      privilege,
      params,
      body: AccessChangeSchema,
      responses: { 200: AccessSchema },
      sensitive: grantRule,
    },
    async ({ api, caller, params: { mailboxId, principal }, body }) => {
      const wanted = { mailboxId, principal, privileges: body.privileges, grantedBy: caller.userName };
      return ok(accessShape(await grantAccess(api.settings.configuration, wanted)));
    },
  ),
  route(
    'DELETE',
    path,
    { summary: 'Take access to a mailbox away', privilege, params, responses: { 204: null } },
    async ({ api, params: { mailboxId, principal } }) => {
      await revokeAccess(api.settings.configuration, mailboxId, principal);
      return noContent();
    },
  ),
];
