import { z } from 'zod';
import type { LegalHold } from '../../../shared/domain/retention/legal-hold.ts';
import { accepted, created, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { withoutHiddenSubject } from '../hidden-subjects.ts';
import { listRoute, PAGE_QUERY, scopeOf } from '../list-route.ts';
import { openCursor, sealCursor } from '../page-cursor.ts';
import { type Route, route } from '../route.ts';
import { releaseHoldRule } from '../rules/hold-rules.ts';
import { id, JobReferenceSchema } from '../schemas/fields.ts';
import {
  HeldMessagesSchema,
  LegalHoldChangeSchema,
  LegalHoldQuerySchema,
  LegalHoldSchema,
  NewLegalHoldSchema,
  ReleasedHoldSchema,
  ReleaseSchema,
} from '../schemas/legal-holds.ts';
import { QuarantinedSchema } from '../schemas/messages.ts';
import { scopeOfWritten, scopeShape, utc } from '../written-scope.ts';
import { quarantinedShape } from './quarantine.ts';

const params = z.object({ holdId: id });
const privilege = 'admin';

function shapeOf({ queryMailboxes: _named, scope, ...hold }: LegalHold): z.input<typeof LegalHoldSchema> {
  return { ...hold, scope: scopeShape(scope) };
}

export const legalHoldRoutes: readonly Route[] = [
  route(
    'POST',
    '/legal-holds',
    {
      summary: 'Hold mail: what it covers, now and while it is active, cannot be deleted by anybody; effective at once',
      privilege,
      body: NewLegalHoldSchema,
      responses: { 201: LegalHoldSchema },
    },
    async ({ api, caller, body: { scope, reviewAt, ...about } }) => {
      const hold = await api.settings.holds.create({
        ...about,
        scope: scopeOfWritten(scope),
        createdBy: caller.userName,
        ...(reviewAt === undefined ? {} : { reviewAt: utc(reviewAt) }),
      });
      return created(shapeOf(hold));
    },
  ),
  listRoute(
    '/legal-holds',
    { summary: 'Legal holds, newest first', privilege, query: LegalHoldQuerySchema, item: LegalHoldSchema },
    async ({ api, query: { state } }, page) => {
      const { items, ...rest } = await api.settings.holds.list({ ...page, ...given({ state }) });
      return { items: items.map(shapeOf), ...rest };
    },
  ),
  route(
    'GET',
    '/legal-holds/{holdId}',
    { summary: 'A legal hold', privilege, params, responses: { 200: LegalHoldSchema } },
    async ({ api, params: { holdId } }) => ok(shapeOf(await api.settings.holds.get(holdId))),
  ),
  route(
    'PATCH',
    '/legal-holds/{holdId}',
    {
      summary: 'Change what is said of a legal hold; what it covers stays: make another one, and release this one',
      privilege,
      params,
      body: LegalHoldChangeSchema,
      responses: { 200: LegalHoldSchema },
    },
    async ({ api, params: { holdId }, body: { reviewAt, ...about } }) => {
      const review = typeof reviewAt === 'string' ? utc(reviewAt) : reviewAt;
      return ok(shapeOf(await api.settings.holds.change(holdId, given({ ...about, reviewAt: review }))));
    },
  ),
  route(
    'POST',
    '/legal-holds/{holdId}/release',
    {
      summary: 'Release a legal hold for ever; what it covered may go as far as retention and other holds let it',
      privilege,
      params,
      body: ReleaseSchema,
      responses: { 200: ReleasedHoldSchema },
      sensitive: releaseHoldRule,
    },
    async ({ api, caller, params: { holdId }, body: { reason }, approval }) => {
      const approvedBy = approval?.decidedBy?.userName;
      const release = { reason, releasedBy: caller.userName, ...(approvedBy === undefined ? {} : { approvedBy }) };
      const { hold, jobId } = await api.settings.holds.release(holdId, release);
      return ok({ ...shapeOf(hold), jobId });
    },
  ),
  route(
    'POST',
    '/legal-holds/{holdId}/jobs',
    {
      summary: 'Lock anew what is stored of what a legal hold covers, or unlock it; the hold counts without it',
      privilege,
      params,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api, params: { holdId } }) => accepted({ jobId: (await api.settings.holds.lock(holdId)).jobId }),
  ),
  route(
    'GET',
    '/legal-holds/{holdId}/messages',
    {
      summary: 'The messages that a legal hold covers, newest first, each once; with how many there are',
      privilege,
      params,
      query: PAGE_QUERY,
      responses: { 200: HeldMessagesSchema },
    },
    async ({ api: { ports, settings }, caller, request, params: { holdId }, query: { limit, cursor } }) => {
      const hold = await settings.holds.get(holdId);
      const list = scopeOf(request);
      const inner = cursor === undefined ? undefined : await openCursor(ports, list, cursor);
      const counts = inner === undefined ? await settings.holds.count(hold) : {};
      const page = await settings.holds.messages(hold, inner === undefined ? { limit } : { limit, cursor: inner });
      const items = await Promise.all(
        page.items.map(async (message) => {
          const shown = await withoutHiddenSubject(settings, caller, message);
          return { ...shown, to: [...shown.to] };
        }),
      );
      const next = page.cursor === undefined ? {} : { cursor: await sealCursor(ports, list, page.cursor) };
      return ok({ items, ...next, ...counts });
    },
  ),
  listRoute(
    '/legal-holds/{holdId}/quarantine',
    {
      summary: 'What a legal hold covers of what could not be filed, newest first: all of its period',
      privilege,
      params,
      query: PAGE_QUERY,
      item: QuarantinedSchema,
    },
    async ({ api, params: { holdId } }, page) => {
      const { holds } = api.settings;
      const { items, ...rest } = await holds.quarantine(await holds.get(holdId), page);
      return { items: items.map(quarantinedShape), ...rest };
    },
  ),
];
