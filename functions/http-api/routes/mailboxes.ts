import { z } from 'zod';
import type { Mailbox } from '../../../shared/domain/mailbox.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { authorise } from '../../../shared/usecases/access/authorise.ts';
import type { PageRequest } from '../../../shared/usecases/configuration/configuration-page.ts';
import type { ConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { changeMailbox, type MailboxChange } from '../../../shared/usecases/mailboxes/change-mailbox.ts';
import { createMailbox } from '../../../shared/usecases/mailboxes/create-mailbox.ts';
import { deleteMailbox } from '../../../shared/usecases/mailboxes/delete-mailbox.ts';
import {
  getMailbox,
  listMailboxes,
  listMailboxesAmong,
  listMailboxesOf,
} from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { withoutHiddenSubject } from '../hidden-subjects.ts';
import { listRoute, PAGE_QUERY, pageQuery } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { mailboxChangeRule, newMailboxRule } from '../rules/address-rules.ts';
import { MailboxChangeSchema, MailboxSchema, NewMailboxSchema } from '../schemas/configuration.ts';
import { mailboxIdParams as params } from '../schemas/fields.ts';
import { FolderSchema, ListedMessageSchema } from '../schemas/messages.ts';

function mailboxShape(mailbox: Mailbox): z.input<typeof MailboxSchema> {
  const { listShards: _listShards, ownerId: _ownerId, secondaryAddresses, ...shape } = mailbox;
  return { ...shape, secondaryAddresses: [...secondaryAddresses] };
}

/** The mailboxes that somebody may know of, newest first. */
async function mailboxesOf(
  { ports, access }: Pick<ConfigurationContext, 'ports' | 'access'>,
  caller: Caller,
  page: PageRequest,
) {
  const { auditor, privileges, userId } = caller;
  const { mailboxIds } = auditor ? auditor.scope : caller;
  if (auditor && mailboxIds) return await listMailboxesAmong(ports, mailboxIds, page);
  if (mailboxIds) {
    const granted = await Promise.all(mailboxIds.map((mailboxId) => access.privilegesOn(caller, mailboxId)));
    const known = mailboxIds.filter((_, index) => (granted[index] ?? []).length > 0);
    return await listMailboxesAmong(ports, known, page);
  }
  if (auditor || holds(privileges, 'admin')) return await listMailboxes(ports, page);
  return await listMailboxesOf(ports, await access.principalsOf(userId), page);
}

export const mailboxRoutes: readonly Route[] = [
  route(
    'POST',
    '/mailboxes',
    {
      summary: 'Create a mailbox',
      privilege: 'admin',
      body: NewMailboxSchema,
      responses: { 201: MailboxSchema },
      sensitive: newMailboxRule,
    },
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
      const { items, ...rest } = await mailboxesOf(api.settings.configuration, caller, page);
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
      sensitive: mailboxChangeRule,
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
    async ({ api, params: { mailboxId } }) => {
      const mailbox = await getMailbox(api.settings.configuration.ports, mailboxId);
      return ok({ items: [...(await api.settings.reading.listFolders(mailbox))] });
    },
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
    async ({ api: { settings }, caller, params: { mailboxId }, query: { folder } }, page) => {
      const { configuration } = settings;
      const mailbox = await getMailbox(configuration.ports, mailboxId);
      const received = caller.auditor ? { received: caller.auditor.scope, seesRestricted: true } : {};
      const request = { ...page, ...received, ...(folder === undefined ? {} : { folder }) };
      const { items, ...rest } = await settings.reading.listMessages(mailbox, request);
      const { contentBlocked } = await authorise(configuration, caller, 'list', mailboxId);
      const shown = contentBlocked
        ? await Promise.all(items.map((item) => withoutHiddenSubject(settings, caller, item)))
        : items;
      return { items: shown.map((item) => ({ ...item, to: [...item.to] })), ...rest };
    },
  ),
];
