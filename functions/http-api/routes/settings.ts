import type { z } from 'zod';
import { changeNewUserDefaults, type NewUserDefaults } from '../../../shared/usecases/settings/new-user-defaults.ts';
import type { Notifications } from '../../../shared/usecases/settings/notifications.ts';
import { changeSearchSettings, type SearchSettings } from '../../../shared/usecases/settings/search-settings.ts';
import type { SignInRules } from '../../../shared/usecases/settings/sign-in-rules.ts';
import { ok } from '../api-response.ts';
import { given } from '../given.ts';
import { type Route, route } from '../route.ts';
import { DeletionSettingsSchema } from '../schemas/deletion.ts';
import {
  NewUserDefaultsChangeSchema,
  NewUserDefaultsSchema,
  SignInRulesChangeSchema,
  SignInRulesSchema,
} from '../schemas/identity.ts';
import { NotificationsChangeSchema, NotificationsSchema } from '../schemas/notifications.ts';
import { SearchSettingsChangeSchema, SearchSettingsSchema } from '../schemas/search-settings.ts';

const privilege = 'admin';

function defaultsShape({ privileges, ownMailbox, access }: NewUserDefaults): z.input<typeof NewUserDefaultsSchema> {
  return {
    privileges: [...privileges],
    ownMailbox: [...ownMailbox],
    access: access.map(({ mailboxId, privileges: granted }) => ({ mailboxId, privileges: [...granted] })),
  };
}

function searchShape({
  attachmentTypes,
  excludedTypes,
  headers,
}: SearchSettings): z.input<typeof SearchSettingsSchema> {
  return {
    attachmentTypes: attachmentTypes === 'all' ? 'all' : [...attachmentTypes],
    excludedTypes: [...excludedTypes],
    headers: [...headers],
  };
}

function notificationsShape({ recipients, from, hour }: Notifications): z.input<typeof NotificationsSchema> {
  return { recipients: [...recipients], ...(from === null ? {} : { from }), ...(hour === null ? {} : { hour }) };
}

export const settingRoutes: readonly Route[] = [
  route(
    'GET',
    '/settings/new-users',
    { summary: 'What new users get', privilege, responses: { 200: NewUserDefaultsSchema } },
    async ({ api }) => ok(defaultsShape(await api.settings.identity.newUsers.get())),
  ),
  route(
    'PUT',
    '/settings/new-users',
    {
      summary: 'Change what new users get; those who are there keep what they have',
      privilege,
      body: NewUserDefaultsChangeSchema,
      responses: { 200: NewUserDefaultsSchema },
    },
    async ({ api: { settings }, body }) => {
      const { ports, newUsers } = settings.identity;
      const change: Partial<NewUserDefaults> = given(body);
      return ok(defaultsShape(await changeNewUserDefaults(ports, newUsers, change)));
    },
  ),
  route(
    'GET',
    '/settings/search',
    { summary: 'What of mail can be searched', privilege, responses: { 200: SearchSettingsSchema } },
    async ({ api }) => ok(searchShape(await api.settings.configuration.searchSettings.get())),
  ),
  route(
    'PUT',
    '/settings/search',
    {
      summary: 'Change what of mail can be searched; mail that is indexed stays as it is until it is indexed anew',
      privilege,
      body: SearchSettingsChangeSchema,
      responses: { 200: SearchSettingsSchema },
    },
    async ({ api, body }) => {
      const change: Partial<SearchSettings> = given(body);
      return ok(searchShape(await changeSearchSettings(api.settings.configuration.searchSettings, change)));
    },
  ),
  route(
    'GET',
    '/settings/deletion',
    { summary: 'Whether people may delete mail', privilege, responses: { 200: DeletionSettingsSchema } },
    async ({ api }) => ok(await api.settings.configuration.deletion.get()),
  ),
  route(
    'PUT',
    '/settings/deletion',
    {
      summary: 'Let people delete mail, or switch that off altogether',
      privilege,
      body: DeletionSettingsSchema,
      responses: { 200: DeletionSettingsSchema },
      // Letting people delete takes two; keeping them from it does not.
      sensitive: async ({ api, body: { allowed } }) => {
        const before = await api.settings.configuration.deletion.get();
        return allowed && !before.allowed ? { action: 'allowDeletion', concerned: [] } : undefined;
      },
    },
    async ({ api, body }) => ok(await api.settings.configuration.deletion.change(body)),
  ),
  route(
    'GET',
    '/settings/sign-in',
    { summary: 'Rules for signing in', privilege, responses: { 200: SignInRulesSchema } },
    async ({ api }) => ok(await api.settings.identity.signInRules.get()),
  ),
  route(
    'PUT',
    '/settings/sign-in',
    { summary: 'Change these rules', privilege, body: SignInRulesChangeSchema, responses: { 200: SignInRulesSchema } },
    async ({ api, body }) => {
      const change: Partial<SignInRules> = given(body);
      return ok(await api.settings.identity.signInRules.change(change));
    },
  ),
  route(
    'GET',
    '/settings/notifications',
    {
      summary: 'Who is mailed about what did not go as planned',
      privilege,
      responses: { 200: NotificationsSchema },
    },
    async ({ api }) => ok(notificationsShape(await api.settings.configuration.notifications.get())),
  ),
  route(
    'PUT',
    '/settings/notifications',
    {
      summary: 'Change who is mailed, and when; null takes a setting away',
      privilege,
      body: NotificationsChangeSchema,
      responses: { 200: NotificationsSchema },
    },
    async ({ api, body }) => {
      const change: Partial<Notifications> = given(body);
      return ok(notificationsShape(await api.settings.configuration.notifications.change(change)));
    },
  ),
];
