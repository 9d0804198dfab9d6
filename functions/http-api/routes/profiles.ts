import { z } from 'zod';
import { defaultPort, type MailServer } from '../../../shared/domain/mail-server.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import type { Profile, ProfileTarget, ServedMailboxes, SeveralMailboxes } from '../../../shared/domain/profile.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { ForbiddenError, InvalidRequestError, NotFoundError } from '../../../shared/errors.ts';
import {
  changeProfile,
  createFolderSyncProfile,
  createProfile,
  deleteProfile,
} from '../../../shared/usecases/profiles/change-profiles.ts';
import { listProfiles, profileItem } from '../../../shared/usecases/profiles/find-profiles.ts';
import { nextRun } from '../../../shared/usecases/profiles/next-run.ts';
import { lastRun } from '../../../shared/usecases/profiles/start-profile-job.ts';
import { testProfile } from '../../../shared/usecases/profiles/test-profile.ts';
import { accepted, created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { givenCredentials, shownSignIn } from '../mail-credentials.ts';
import { type Route, route } from '../route.ts';
import { id, JobReferenceSchema } from '../schemas/fields.ts';
import {
  NewProfileJobSchema,
  NewProfileSchema,
  ProfileChangeSchema,
  ProfileSchema,
  ProfileTestResultSchema,
  ProfileTestSchema,
} from '../schemas/profiles.ts';

const params = z.object({ profileId: id });
const ALL_FOLDERS = { include: [], exclude: [], shared: false };
const COMPARE_EVERY_DAYS = 7;

async function profileShape(api: HttpApi, profile: Profile): Promise<z.input<typeof ProfileSchema>> {
  const of = await commonShape(api, profile);
  if (profile.kind === 'archive') {
    const { kind, filter, target, deletion } = profile;
    return { ...of, kind, filter, target: shownTarget(target), ...(deletion ? { deletion } : {}) };
  }
  const { kind, target, mirrorTrash, conflicts, archiveMissing, removeEmptyFolders } = profile;
  return { ...of, kind, target, mirrorTrash, conflicts, archiveMissing, removeEmptyFolders };
}

/** What profiles of both kinds show. */
async function commonShape({ ports }: HttpApi, profile: Profile) {
  const { profileId, name, server, signIn, several, folders, sentFolder, schedule, compareEveryDays, createdAt } =
    profile;
  const { last } = await lastRun(ports, profileId);
  const next = schedule && nextRun(schedule, new Date(last?.startedAt ?? createdAt));
  return {
    profileId,
    name,
    server,
    folders: { ...folders, include: [...folders.include], exclude: [...folders.exclude] },
    compareEveryDays,
    createdAt,
    ...(several ? { several: shownSeveral(several) } : {}),
    ...(sentFolder === undefined ? {} : { sentFolder }),
    ...(schedule ? { schedule } : {}),
    ...(signIn ? { credentials: shownSignIn(signIn) } : {}),
    ...(last ? { lastRunAt: last.startedAt } : {}),
    ...(last?.jobId === undefined ? {} : { lastJobId: last.jobId }),
    ...(next ? { nextRunAt: next.toISOString() } : {}),
    warnings: warnings(server),
  };
}

/** Whoever runs the archive may do it to all; anybody else to what they made for their own mailbox. */
function isOwn(caller: Caller, { ownerId }: Pick<Profile, 'ownerId'>): boolean {
  return holds(caller.privileges, 'admin') || ownerId === caller.userId;
}

async function ownProfile({ ports }: HttpApi, caller: Caller, profileId: string): Promise<Profile> {
  const { profile } = await profileItem(ports, profileId);
  if (!isOwn(caller, profile)) throw new NotFoundError(`profile ${profileId}`);
  return profile;
}

/** What new profiles of both kinds have. */
function newSettings(
  caller: Caller,
  {
    name,
    server,
    credentials,
    folders,
    sentFolder,
    schedule,
    several,
    compareEveryDays = COMPARE_EVERY_DAYS,
  }: z.output<typeof NewProfileSchema>,
) {
  return {
    name,
    server: serverOf(server),
    folders: folders ?? ALL_FOLDERS,
    compareEveryDays,
    ...given({ sentFolder, schedule }),
    ...(credentials ? { credentials: givenCredentials(credentials) } : {}),
    ...(several ? { several: given(several) } : {}),
    ...(holds(caller.privileges, 'admin') ? {} : { ownerId: caller.userId }),
  };
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
      const { kind, server, credentials, folders = ALL_FOLDERS } = body;
      const tested = await testProfile(settings.openSource, {
        server: serverOf(server),
        credentials: givenCredentials(credentials),
        folders,
        kind,
      });
      return ok({ folders: tested.folders.map((folder) => ({ ...folder })), warnings: [...tested.warnings] });
    },
  ),
  route(
    'POST',
    '/profiles',
    {
      summary: 'Save what is fetched from where, when, and where to; or which mailbox is kept like a live one',
      privilege: 'modifyArchiveProfiles',
      body: NewProfileSchema,
      responses: { 201: ProfileSchema },
    },
    async ({ api, caller, body }) => {
      await admitTarget(api, caller, given(body.target));
      const settings = newSettings(caller, body);
      const { ports } = api.settings.configuration;
      if (body.kind === 'folder-sync') {
        const { mirrorTrash, conflicts, archiveMissing, removeEmptyFolders } = body;
        const rules = { mirrorTrash, conflicts, archiveMissing, removeEmptyFolders, target: given(body.target) };
        return created(
          await profileShape(api, await createFolderSyncProfile(ports, api.ports, { ...settings, ...rules })),
        );
      }
      const { filter, deletion } = body;
      const rules = {
        filter: filter ? given(filter) : { unread: true },
        target: given(body.target),
        ...(deletion ? { deletion: given(deletion) } : {}),
      };
      return created(await profileShape(api, await createProfile(ports, api.ports, { ...settings, ...rules })));
    },
  ),
  listRoute(
    '/profiles',
    { summary: 'Profiles, newest first', privilege: 'archive', query: PAGE_QUERY, item: ProfileSchema },
    async ({ api, caller }, page) => {
      const own = holds(caller.privileges, 'admin') ? {} : { ownerId: caller.userId };
      const { items, ...rest } = await listProfiles(api.ports, { ...page, ...own });
      return { items: await Promise.all(items.map((profile) => profileShape(api, profile))), ...rest };
    },
  ),
  route(
    'GET',
    '/profiles/{profileId}',
    { summary: 'A profile', privilege: 'archive', params, responses: { 200: ProfileSchema } },
    async ({ api, caller, params: { profileId } }) =>
      ok(await profileShape(api, await ownProfile(api, caller, profileId))),
  ),
  route(
    'PATCH',
    '/profiles/{profileId}',
    {
      summary: 'Change a profile; what is archived stays as it is',
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
        ...(credentials ? { credentials: givenCredentials(credentials) } : {}),
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
      summary: 'Delete a profile; what it archived stays',
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
    {
      summary: 'Run a profile now; with archiveMissing a folder synchronisation that archives what it finds missing',
      privilege: 'archive',
      params,
      body: NewProfileJobSchema,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api, caller, params: { profileId }, body: { archiveMissing, mailboxId } }) => {
      const profile = await ownProfile(api, caller, profileId);
      if (archiveMissing && profile.kind !== 'folder-sync') {
        throw new InvalidRequestError('archiveMissing: for profiles that synchronise folders');
      }
      if (mailboxId !== undefined && !('ownMailbox' in profile.target)) {
        throw new InvalidRequestError('mailboxId: for profiles of several mailboxes');
      }
      const options = {
        ...(archiveMissing ? ({ archivesMissing: true } as const) : {}),
        ...(mailboxId === undefined ? {} : { mailboxId }),
      };
      const { jobId } = await api.settings.reading.startProfileJob(profile, options);
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
