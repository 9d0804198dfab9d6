import { z } from 'zod';
import { defaultPort, type MailServer } from '../../../shared/domain/mail-server.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import type {
  ArchiveProfile,
  ProfileTarget,
  ServedMailboxes,
  SeveralMailboxes,
} from '../../../shared/domain/profile.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { ForbiddenError, NotFoundError } from '../../../shared/errors.ts';
import { changeProfile, createProfile, deleteProfile } from '../../../shared/usecases/profiles/change-profiles.ts';
import { listProfiles, profileItem } from '../../../shared/usecases/profiles/find-profiles.ts';
import { nextRun } from '../../../shared/usecases/profiles/next-run.ts';
import { lastRun } from '../../../shared/usecases/profiles/start-profile-job.ts';
import { testProfile } from '../../../shared/usecases/profiles/test-profile.ts';
import { accepted, created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { id, JobReferenceSchema } from '../schemas/fields.ts';
import {
  NewProfileSchema,
  ProfileChangeSchema,
  ProfileSchema,
  ProfileTestResultSchema,
  ProfileTestSchema,
} from '../schemas/profiles.ts';

const params = z.object({ profileId: id });
const ALL_FOLDERS = { include: [], exclude: [], shared: false };
const COMPARE_EVERY_DAYS = 7;

async function profileShape({ ports }: HttpApi, profile: ArchiveProfile): Promise<z.input<typeof ProfileSchema>> {
  const { sealedCredentials: _sealed, signIn, ownerId: _owner, several, ...shape } = profile;
  const { last } = await lastRun(ports, profile.profileId);
  const next = shape.schedule && nextRun(shape.schedule, new Date(last?.startedAt ?? shape.createdAt));
  return {
    ...shape,
    ...(several ? { several: shownSeveral(several) } : {}),
    folders: { ...shape.folders, include: [...shape.folders.include], exclude: [...shape.folders.exclude] },
    target: shownTarget(shape.target),
    ...(signIn ? { credentials: { ...signIn } } : {}),
    ...(last ? { lastRunAt: last.startedAt } : {}),
    ...(last?.jobId === undefined ? {} : { lastJobId: last.jobId }),
    ...(next ? { nextRunAt: next.toISOString() } : {}),
    warnings: warnings(shape.server),
  };
}

/** Whoever runs the archive may do it to all; anybody else to what they made for their own mailbox. */
function isOwn(caller: Caller, { ownerId }: Pick<ArchiveProfile, 'ownerId'>): boolean {
  return holds(caller.privileges, 'admin') || ownerId === caller.userId;
}

async function ownProfile({ ports }: HttpApi, caller: Caller, profileId: string): Promise<ArchiveProfile> {
  const { profile } = await profileItem(ports, profileId);
  if (!isOwn(caller, profile)) throw new NotFoundError(`profile ${profileId}`);
  return profile;
}

/** Users archive their own mailbox; administrators any. */
async function admitTarget({ settings }: HttpApi, caller: Caller, target: ProfileTarget): Promise<void> {
  if (holds(caller.privileges, 'admin')) return;
  const mailbox = 'mailboxId' in target ? await settings.configuration.addresses.mailbox(target.mailboxId) : undefined;
  if (mailbox?.ownerId !== caller.userId) throw new ForbiddenError('users archive into their own mailbox only');
}

function serverOf(server: Omit<MailServer, 'port'> & { readonly port?: number | undefined }): MailServer {
  return { ...server, port: server.port ?? defaultPort(server.protocol, server.security) };
}

export const profileRoutes: readonly Route[] = [
  route(
    'POST',
    '/profiles/test',
    {
      summary: 'Sign in to a mail server, list its folders and sign out; reads no mail, keeps nothing',
      privilege: 'modifyArchiveProfiles',
      body: ProfileTestSchema,
      responses: { 200: ProfileTestResultSchema },
    },
    async ({ api: { settings }, body }) => {
      const { server, credentials, folders = ALL_FOLDERS } = body;
      const tested = await testProfile(settings.openSource, {
        server: serverOf(server),
        credentials: given(credentials),
        folders,
      });
      return ok({ folders: tested.folders.map((folder) => ({ ...folder })), warnings: [...tested.warnings] });
    },
  ),
  route(
    'POST',
    '/profiles',
    {
      summary: 'Save what is fetched from where, when, and where to',
      privilege: 'modifyArchiveProfiles',
      body: NewProfileSchema,
      responses: { 201: ProfileSchema },
    },
    async ({ api, caller, body }) => {
      const {
        kind: _kind,
        server,
        credentials,
        folders,
        filter,
        compareEveryDays,
        target,
        deletion,
        several,
        ...rest
      } = body;
      await admitTarget(api, caller, given(target));
      const profile = await createProfile(api.settings.configuration.ports, api.ports, {
        ...given(rest),
        server: serverOf(server),
        ...(credentials ? { credentials: given(credentials) } : {}),
        folders: folders ?? ALL_FOLDERS,
        filter: filter ? given(filter) : { unread: true },
        target: given(target),
        ...(deletion ? { deletion: given(deletion) } : {}),
        ...(several ? { several: given(several) } : {}),
        compareEveryDays: compareEveryDays ?? COMPARE_EVERY_DAYS,
        ...(holds(caller.privileges, 'admin') ? {} : { ownerId: caller.userId }),
      });
      return created(await profileShape(api, profile));
    },
  ),
  listRoute(
    '/profiles',
    { summary: 'Archiving profiles, newest first', privilege: 'archive', query: PAGE_QUERY, item: ProfileSchema },
    async ({ api, caller }, page) => {
      const own = holds(caller.privileges, 'admin') ? {} : { ownerId: caller.userId };
      const { items, ...rest } = await listProfiles(api.ports, { ...page, ...own });
      return { items: await Promise.all(items.map((profile) => profileShape(api, profile))), ...rest };
    },
  ),
  route(
    'GET',
    '/profiles/{profileId}',
    { summary: 'An archiving profile', privilege: 'archive', params, responses: { 200: ProfileSchema } },
    async ({ api, caller, params: { profileId } }) =>
      ok(await profileShape(api, await ownProfile(api, caller, profileId))),
  ),
  route(
    'PATCH',
    '/profiles/{profileId}',
    {
      summary: 'Change an archiving profile; what is archived stays as it is',
      privilege: 'modifyArchiveProfiles',
      params,
      body: ProfileChangeSchema,
      responses: { 200: ProfileSchema },
    },
    async ({ api, caller, params: { profileId }, body }) => {
      await ownProfile(api, caller, profileId);
      const { server, credentials, filter, target, deletion, several, ...rest } = body;
      if (target) await admitTarget(api, caller, given(target));
      const changed = await changeProfile(api.settings.configuration.ports, api.ports, profileId, {
        ...given(rest),
        ...(server ? { server: serverOf(server) } : {}),
        ...(credentials ? { credentials: given(credentials) } : {}),
        ...(filter ? { filter: given(filter) } : {}),
        ...(target ? { target: given(target) } : {}),
        ...(deletion === undefined ? {} : { deletion: deletion && given(deletion) }),
        ...(several === undefined ? {} : { several: several && given(several) }),
      });
      return ok(await profileShape(api, changed));
    },
  ),
  route(
    'DELETE',
    '/profiles/{profileId}',
    {
      summary: 'Delete an archiving profile; what it archived stays',
      privilege: 'modifyArchiveProfiles',
      params,
      responses: { 204: null },
    },
    async ({ api, caller, params: { profileId } }) => {
      await ownProfile(api, caller, profileId);
      await deleteProfile(api.settings.configuration.ports, profileId);
      return noContent();
    },
  ),
  route(
    'POST',
    '/profiles/{profileId}/jobs',
    { summary: 'Run a profile now', privilege: 'archive', params, responses: { 202: JobReferenceSchema } },
    async ({ api, caller, params: { profileId } }) => {
      const { jobId } = await api.settings.reading.startProfileJob(await ownProfile(api, caller, profileId));
      return accepted({ jobId });
    },
  ),
];

function shownSeveral(several: SeveralMailboxes) {
  if ('users' in several) return { ...several, users: shownUsers(several.users) };
  const { list, createUsers, atOnce } = several;
  return { accounts: list.accounts, createUsers, atOnce };
}

function shownUsers(users: ServedMailboxes['users']) {
  if (users === 'all') return users;
  return 'only' in users ? { only: [...users.only] } : { except: [...users.except] };
}

function shownTarget(target: ProfileTarget): z.input<typeof ProfileSchema>['target'] {
  if (!('multidrop' in target)) return target;
  return { multidrop: { ...target.multidrop, trustedHosts: [...target.multidrop.trustedHosts] } };
}

function warnings({ security, acceptAllCertificates }: MailServer): string[] {
  if (security === 'plain') return ['the connection is not encrypted'];
  return acceptAllCertificates ? ['all certificates are accepted'] : [];
}
