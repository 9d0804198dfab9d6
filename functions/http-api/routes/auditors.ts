import { z } from 'zod';
import { type AuditorScope, hasExpired } from '../../../shared/domain/auditor.ts';
import { createAuditor } from '../../../shared/usecases/auditors/create-auditor.ts';
import { type Auditor, getAuditor, listAuditors } from '../../../shared/usecases/auditors/find-auditors.ts';
import { deleteUser } from '../../../shared/usecases/identity/delete-user.ts';
import { showPrivateMail } from '../../../shared/usecases/private-mail/show-private-mail.ts';
import { created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { newAuditorRule, showPrivateMailRule } from '../rules/auditor-rules.ts';
import { id } from '../schemas/fields.ts';
import {
  AuditorSchema,
  CreatedAuditorSchema,
  NewAuditorSchema,
  PrivateMailSchema,
  ShownPrivateMailSchema,
} from '../schemas/supervision.ts';

const params = z.object({ auditorName: id });
const privilege = 'admin';

function auditorShape({ userName, auditor, privileges, createdAt }: Auditor, now: Date): z.input<typeof AuditorSchema> {
  const { scope, expiresAt, createdBy } = auditor;
  const { mailboxIds, ...period } = scope;
  return {
    userName,
    scope: { ...period, ...(mailboxIds ? { mailboxIds: [...mailboxIds] } : {}) },
    expiresAt,
    expired: hasExpired({ auditor }, now),
    mayExport: privileges.includes('export'),
    createdAt,
    createdBy,
  };
}

/** A scope with its times in UTC. */
function scopeOf(scope: z.output<typeof NewAuditorSchema>['scope'] = {}): AuditorScope {
  const { mailboxIds, from, to } = scope;
  const at = (written: string | undefined) => (written === undefined ? undefined : new Date(written).toISOString());
  return given({ mailboxIds, from: at(from), to: at(to) });
}

export const auditorRoutes: readonly Route[] = [
  route(
    'POST',
    '/auditors',
    {
      summary: 'Make an auditor, who reads everything, or a scope, until a date; the password is shown once',
      privilege,
      body: NewAuditorSchema,
      responses: { 201: CreatedAuditorSchema },
      sensitive: newAuditorRule,
    },
    async ({ api: { settings, ports }, caller, body, approval }) => {
      const { user, password } = await createAuditor(settings.identity, {
        scope: scopeOf(body.scope),
        expiresAt: new Date(body.expiresAt).toISOString(),
        mayExport: body.mayExport ?? false,
        createdBy: caller.userName,
        ...(approval ? { approval } : {}),
      });
      return created({ ...auditorShape(user, ports.clock.now()), password });
    },
  ),
  listRoute(
    '/auditors',
    { summary: 'Auditors, newest first', privilege, query: PAGE_QUERY, item: AuditorSchema },
    async ({ api: { settings, ports } }, page) => {
      const { items, ...rest } = await listAuditors(settings.identity.ports, page);
      return { items: items.map((auditor) => auditorShape(auditor, ports.clock.now())), ...rest };
    },
  ),
  route(
    'GET',
    '/auditors/{auditorName}',
    { summary: 'An auditor', privilege, params, responses: { 200: AuditorSchema } },
    async ({ api: { settings, ports }, params: { auditorName: userName } }) =>
      ok(auditorShape(await getAuditor(settings.identity.ports, userName), ports.clock.now())),
  ),
  route(
    'DELETE',
    '/auditors/{auditorName}',
    { summary: 'End an auditor before the time', privilege, params, responses: { 204: null } },
    async ({ api: { settings }, params: { auditorName: userName } }) => {
      await deleteUser(settings.identity, (await getAuditor(settings.identity.ports, userName)).userName);
      return noContent();
    },
  ),
  route(
    'POST',
    '/auditors/{auditorName}/private-mail',
    {
      summary:
        'Show an auditor a private message, or the private mail of a mailbox; takes a second administrator always',
      privilege,
      params,
      body: PrivateMailSchema,
      responses: { 200: ShownPrivateMailSchema },
      sensitive: showPrivateMailRule,
    },
    async ({ api: { settings }, caller, params: { auditorName: userName }, body: mail }) => {
      await showPrivateMail(settings.configuration, { auditor: userName, mail, shownBy: caller.userName });
      return ok({ userName, ...mail });
    },
  ),
];
