import { z } from 'zod';
import type { Mailbox } from '../../../shared/domain/mailbox.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import { changeMailbox, type MailboxChange } from '../../../shared/usecases/mailboxes/change-mailbox.ts';
import { createMailbox } from '../../../shared/usecases/mailboxes/create-mailbox.ts';
import { deleteMailbox } from '../../../shared/usecases/mailboxes/delete-mailbox.ts';
import { getMailbox, listMailboxes, listMailboxesOf } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { listRoute, PAGE_QUERY, pageQuery } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { MailboxChangeSchema, MailboxSchema, NewMailboxSchema } from '../schemas/configuration.ts';
import { mailboxIdParams as params } from '../schemas/fields.ts';
import { FolderSchema, ListedMessageSchema } from '../schemas/messages.ts';

function mailboxShape(mailbox: Mailbox): z.input<typeof MailboxSchema> {
  const { listShards: _listShards, secondaryAddresses, ...shape } = mailbox;
  return { ...shape, secondaryAddresses: [...secondaryAddresses] };
}

export const mailboxRoutes: readonly Route[] = [
  route(
    'POST',
    '/mailboxes',
    { summary: 'Create a mailbox', privilege: 'admin', body: NewMailboxSchema, responses: { 201: MailboxSchema } },
    async ({ api, body }) => created(mailboxShape(await createMailbox(api.settings.configuration, given(body)))),
  ),
  listRoute(
    '/mailboxes',
    {
      summary: 'The mailboxes you may know of, newest first',
      privilege: 'login',
      query: PAGE_QUERY,
      item: MailboxSchema,
    },
    async ({ api, caller }, page) => {
      const { ports } = api.settings.configuration;
      const isAdmin = holds(caller.privileges, 'admin');
      const found = isAdmin ? listMailboxes(ports, page) : listMailboxesOf(ports, caller.userName, page);
      const { items, ...rest } = await found;
      return { items: items.map(mailboxShape), ...rest };
    },
  ),
  route(
    'GET',
    '/mailboxes/{mailboxId}',
    { summary: 'A mailbox', privilege: 'know', params, responses: { 200: MailboxSchema } },
    async ({ api, params: { mailboxId } }) =>
      ok(mailboxShape(await getMailbox(api.settings.configuration.ports, mailboxId))),
  ),
  route(
    'PATCH',
    '/mailboxes/{mailboxId}',
    {
      summary: 'Change a mailbox',
      privilege: 'admin',
      params,
      body: MailboxChangeSchema,
      responses: { 200: MailboxSchema },
    },
    async ({ api, params: { mailboxId }, body }) => {
      const change: MailboxChange = given(body);
      return ok(mailboxShape(await changeMailbox(api.settings.configuration, mailboxId, change)));
    },
  ),
  route(
    'DELETE',
    '/mailboxes/{mailboxId}',
    { summary: 'Delete a mailbox that never held mail', privilege: 'admin', params, responses: { 204: null } },
    async ({ api: { settings }, params: { mailboxId } }) => {
      await deleteMailbox(settings.configuration, mailboxId, settings.mailboxHasFilings);
      return noContent();
    },
  ),
  route(
    'GET',
    '/mailboxes/{mailboxId}/folders',
    {
      summary: 'The folders of a mailbox',
      privilege: 'list',
      params,
      responses: { 200: z.object({ items: z.array(FolderSchema) }) },
    },
    async ({ api, params: { mailboxId } }) => ok({ items: await api.settings.reading.listFolders(mailboxId) }),
  ),
  listRoute(
    '/mailboxes/{mailboxId}/messages',
    {
      summary: 'The messages of a mailbox, or of one of its folders, newest first',
      privilege: 'list',
      params,
      query: pageQuery({ folder: z.string().max(1_000).optional() }),
      item: ListedMessageSchema,
    },
    async ({ api: { settings }, params: { mailboxId }, query: { folder } }, page) => {
      const mailbox = await getMailbox(settings.configuration.ports, mailboxId);
      const request = folder === undefined ? page : { ...page, folder };
      const { items, ...rest } = await settings.reading.listMessages(mailbox, request);
      return { items: items.map((item) => ({ ...item, to: [...item.to] })), ...rest };
    },
  ),
];
