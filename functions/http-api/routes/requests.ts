import { z } from 'zod';
import type { DeletingKind, RequestKind } from '../../../shared/domain/requests/data-request.ts';
import { accepted, created, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { approveFor, authoriseOwn, isInReach, requestFor, runsRequests } from '../request-access.ts';
import { itemShape, requestedShape, requestShape, requestWithJob } from '../request-shapes.ts';
import { type Route, route } from '../route.ts';
import { deleteMailRule } from '../rules/request-rules.ts';
import { id, JobReferenceSchema } from '../schemas/fields.ts';
import { QuarantinedSchema } from '../schemas/messages.ts';
import {
  ChoiceSchema,
  ClosureSchema,
  DataRequestSchema,
  NewBulkDeletionSchema,
  NewRequestSchema,
  RequestChangeSchema,
  RequestedMessageSchema,
  RequestedQuerySchema,
  RequestQuerySchema,
} from '../schemas/requests.ts';
import { scopeOfWritten, utc } from '../written-scope.ts';
import { accessExportRoutes } from './access-exports.ts';
import { quarantinedShape } from './quarantine.ts';

const params = z.object({ requestId: id });
const messageParams = z.object({ requestId: id, archiveId: id });

/** How the routes of a kind speak of it. */
interface Kind {
  readonly kind: RequestKind;
  readonly path: string;
  readonly one: string;
  readonly many: string;
  /** Bulk deletions are for everybody who signs in: of their own mailboxes. */
  readonly privilege: 'admin' | 'login';
}

const ERASURE = {
  kind: 'erasure',
  path: '/erasure-requests',
  one: 'an erasure request',
  many: 'Erasure requests',
  privilege: 'admin',
} as const;
const ACCESS = {
  kind: 'access',
  path: '/access-requests',
  one: 'an access request',
  many: 'Access requests',
  privilege: 'admin',
} as const;
const BULK = {
  kind: 'bulk-deletion',
  path: '/bulk-deletions',
  one: 'a bulk deletion',
  many: 'Bulk deletions',
  privilege: 'login',
} as const;

type Written = z.output<typeof NewRequestSchema> & Pick<z.output<typeof NewBulkDeletionSchema>, 'action'>;

function makeRoute({ kind, path, one, privilege }: Kind, body: z.ZodType<Written>): Route {
  return route(
    'POST',
    path,
    {
      summary: `Make ${one}, which finds its messages by a job`,
      privilege,
      body,
      responses: { 201: DataRequestSchema },
    },
    async ({ api, caller, body: { scope: written, dueAt, ...about } }) => {
      const scope = scopeOfWritten(written);
      await authoriseOwn(api, caller, scope);
      const request = await api.settings.requests.make({
        kind,
        ...given(about),
        scope,
        ...(dueAt === undefined ? {} : { dueAt: utc(dueAt) }),
        createdBy: caller.userName,
        ...(runsRequests(caller) ? {} : { ownedBy: caller.userId }),
      });
      return created(requestShape(request));
    },
  );
}

/** What all kinds have. */
function routesOf({ kind, path, one, many, privilege }: Kind): readonly Route[] {
  const aRequest = `${path}/{requestId}` as const;
  return [
    listRoute(
      path,
      { summary: `${many}, newest first`, privilege, query: RequestQuerySchema, item: DataRequestSchema },
      async ({ api, caller, query: { state } }, page) => {
        const whose = runsRequests(caller) ? {} : { ownedBy: caller.userId };
        const { items, ...rest } = await api.settings.requests.list(kind, { ...page, ...whose, ...given({ state }) });
        return { items: items.filter(({ scope }) => isInReach(caller, scope)).map(requestShape), ...rest };
      },
    ),
    route(
      'GET',
      aRequest,
      { summary: `Where ${one} stands`, privilege, params, responses: { 200: DataRequestSchema } },
      async ({ api, caller, params: { requestId } }) =>
        ok(await requestWithJob(api, await requestFor(api, caller, kind, requestId))),
    ),
    route(
      'PATCH',
      aRequest,
      {
        summary: `Change what is said of ${one}; what it is about stays: make another one, and close this one`,
        privilege,
        params,
        body: RequestChangeSchema,
        responses: { 200: DataRequestSchema },
      },
      async ({ api, caller, params: { requestId }, body: { dueAt, ...about } }) => {
        await requestFor(api, caller, kind, requestId);
        const due = typeof dueAt === 'string' ? utc(dueAt) : dueAt;
        const amendment = given({ ...about, dueAt: due });
        return ok(requestShape(await api.settings.requests.amend(kind, requestId, amendment)));
      },
    ),
    route(
      'POST',
      `${aRequest}/find`,
      {
        summary: `Have ${one} look for its messages again, before it is approved; what was chosen stays`,
        privilege,
        params,
        responses: { 202: JobReferenceSchema },
      },
      async ({ api, caller, params: { requestId } }) => {
        const { scope } = await requestFor(api, caller, kind, requestId);
        await authoriseOwn(api, caller, scope);
        return accepted(await api.settings.requests.find(kind, requestId));
      },
    ),
    listRoute(
      `${aRequest}/messages`,
      {
        summary: `What ${one} found: what becomes of each message, what keeps it and why`,
        privilege,
        params,
        query: RequestedQuerySchema,
        item: RequestedMessageSchema,
      },
      async ({ api, caller, params: { requestId }, query: { state, action } }, page) => {
        const request = await requestFor(api, caller, kind, requestId);
        await authoriseOwn(api, caller, request.scope);
        const found = await api.settings.requests.messages(request, { ...page, ...given({ state, action }) });
        const { items, ...rest } = found;
        return { items: await Promise.all(items.map((item) => requestedShape(api, caller, item))), ...rest };
      },
    ),
    route(
      'PATCH',
      `${aRequest}/messages/{archiveId}`,
      {
        summary: `Choose what becomes of a message of ${one}; once that is approved it can only be kept`,
        privilege,
        params: messageParams,
        body: ChoiceSchema,
        responses: { 200: RequestedMessageSchema },
      },
      async ({ api, caller, params: { requestId, archiveId }, body }) => {
        const { scope } = await requestFor(api, caller, kind, requestId);
        await authoriseOwn(api, caller, scope);
        const choice = { ...body, by: caller.userName };
        const item = await api.settings.requests.choose(kind, requestId, archiveId, choice);
        return ok(itemShape(item, runsRequests(caller)));
      },
    ),
    route(
      'POST',
      `${aRequest}/close`,
      {
        summary: `Reject, withdraw or end ${one}: nothing more becomes of its messages, and what it restricted is shown again`,
        privilege,
        params,
        body: ClosureSchema,
        responses: { 200: DataRequestSchema },
      },
      async ({ api, caller, params: { requestId }, body: { reason } }) => {
        await requestFor(api, caller, kind, requestId);
        return ok(requestShape(await api.settings.requests.close(kind, requestId, { by: caller.userName, reason })));
      },
    ),
  ];
}

function quarantineRoute({ kind, path, one, privilege }: Kind): Route {
  return listRoute(
    `${path}/{requestId}/quarantine`,
    {
      summary: `What ${one} found in quarantine that may concern the person, and is there yet, newest first`,
      privilege,
      params,
      query: PAGE_QUERY,
      item: QuarantinedSchema,
    },
    async ({ api, caller, params: { requestId } }, page) => {
      const request = await requestFor(api, caller, kind, requestId);
      const { items, ...rest } = await api.settings.requests.quarantine(request, page);
      return { items: items.map(quarantinedShape), ...rest };
    },
  );
}

function approveRoute({ kind, path, one, privilege }: Kind & { readonly kind: DeletingKind }): Route {
  return route(
    'POST',
    `${path}/{requestId}/approve`,
    {
      summary: `Approve ${one}: a job deletes what it found, as was chosen, if nothing keeps it`,
      privilege,
      params,
      responses: { 202: JobReferenceSchema },
      sensitive: deleteMailRule(kind),
    },
    async ({ api, caller, params: { requestId }, approval }) =>
      accepted(await approveFor(api, caller, await requestFor(api, caller, kind, requestId), approval)),
  );
}

function resumeRoute({ kind, path, one, privilege }: Kind & { readonly kind: DeletingKind }): Route {
  return route(
    'POST',
    `${path}/{requestId}/resume`,
    {
      summary: `Have ${one} that is open go on now: what is left is decided on again`,
      privilege,
      params,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api, caller, params: { requestId } }) => {
      const { scope } = await requestFor(api, caller, kind, requestId);
      await authoriseOwn(api, caller, scope);
      return accepted(await api.settings.requests.resume(kind, requestId));
    },
  );
}

/** What people ask for about their mail, and deleting in bulk: found by a job, looked at, approved, done by a job. */
export const requestRoutes: readonly Route[] = [
  makeRoute(ERASURE, NewRequestSchema),
  ...routesOf(ERASURE),
  quarantineRoute(ERASURE),
  approveRoute(ERASURE),
  resumeRoute(ERASURE),
  makeRoute(ACCESS, NewRequestSchema),
  ...routesOf(ACCESS),
  quarantineRoute(ACCESS),
  ...accessExportRoutes,
  makeRoute(BULK, NewBulkDeletionSchema),
  ...routesOf(BULK),
  approveRoute(BULK),
  resumeRoute(BULK),
];
