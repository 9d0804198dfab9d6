import { z } from 'zod';
import type { AuditEvent } from '../../../shared/domain/audit-event.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { ForbiddenError, InvalidRequestError } from '../../../shared/errors.ts';
import { type AuditFilter, listAuditEvents } from '../../../shared/usecases/audit/list-audit-events.ts';
import type { ApiRequest } from '../api-request.ts';
import { type ApiResponse, ok } from '../api-response.ts';
import { AUDIT_EXPORT_TYPES, type AuditExportFormat, exportEvents } from '../audit-export.ts';
import { attachmentDisposition } from '../content-disposition.ts';
import { scopeOf } from '../list-route.ts';
import { openCursor, sealCursor } from '../page-cursor.ts';
import { periodOf } from '../period.ts';
import { type Route, route } from '../route.ts';
import { AuditEventSchema, AuditSettingsSchema, auditCategory } from '../schemas/audit.ts';
import { queryTime } from '../schemas/fields.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Events of one export; the rest is behind its cursor. At their largest they stay below what an answer may have. */
const MAX_EXPORT = 2_000;
/** An export stops here, whatever its limit: a synchronous Lambda answer ends at 6 MB. */
const MAX_EXPORT_BYTES = 3 * 1024 * 1024;

const EVENTS_QUERY = z.strictObject({
  from: queryTime.optional(),
  to: queryTime.optional(),
  user: z.string().max(200).optional(),
  object: z.string().max(400).optional(),
  category: auditCategory.optional(),
  format: z.enum(['json', 'csv', 'jsonl']).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_EXPORT).optional(),
  cursor: z.string().max(4_096).optional(),
});

/** The trail tells who read what of whom: for administrators, and for auditors of all mailboxes. */
function admit({ privileges, auditor }: Caller): void {
  const isAuditor = auditor !== undefined && auditor.scope.mailboxIds === undefined;
  if (!isAuditor && !holds(privileges, 'admin')) throw new ForbiddenError('this needs the privilege admin');
}

function formatOf({ accept }: ApiRequest, format: 'json' | AuditExportFormat | undefined): 'json' | AuditExportFormat {
  if (format !== undefined) return format;
  if (/^text\/csv\b/i.test(accept)) return 'csv';
  return /^application\/(?:x-ndjson|jsonl)\b/i.test(accept) ? 'jsonl' : 'json';
}

function filterOf({ user, object, category, ...period }: z.output<typeof EVENTS_QUERY>): AuditFilter {
  return {
    ...periodOf(period),
    ...(user === undefined ? {} : { user }),
    ...(object === undefined ? {} : { object }),
    ...(category === undefined ? {} : { category }),
  };
}

/** An export as a file; `Letterlock-Cursor` is there while there is more. */
function exported(events: readonly AuditEvent[], format: AuditExportFormat, cursor: string | undefined): ApiResponse {
  const headers = {
    'content-type': AUDIT_EXPORT_TYPES[format],
    'content-disposition': attachmentDisposition(`audit-events.${format}`),
    ...(cursor === undefined ? {} : { 'letterlock-cursor': cursor }),
  };
  return { status: 200, headers, body: exportEvents(events, format) };
}

/** As many of the events, from the first, as an answer holds; at least one. */
function fitting(events: readonly AuditEvent[]): readonly AuditEvent[] {
  let sizeBytes = 0;
  const end = events.findIndex((event) => {
    sizeBytes += 2 * Buffer.byteLength(JSON.stringify(event));
    return sizeBytes > MAX_EXPORT_BYTES;
  });
  return end < 0 ? events : events.slice(0, Math.max(1, end));
}

export const auditRoutes: readonly Route[] = [
  route(
    'GET',
    '/audit-events',
    {
      summary:
        'Who did what, newest first; `format=csv` or `jsonl`, or Accept, gives a file, with Letterlock-Cursor while there is more',
      privilege: 'login',
      query: EVENTS_QUERY,
      responses: { 200: z.object({ items: z.array(AuditEventSchema), cursor: z.string().optional() }) },
    },
    async ({ api: { ports }, caller, request, query }) => {
      admit(caller);
      const format = formatOf(request, query.format);
      const { limit = format === 'json' ? DEFAULT_LIMIT : MAX_EXPORT, cursor } = query;
      if (format === 'json' && limit > MAX_LIMIT) throw new InvalidRequestError(`limit: at most ${MAX_LIMIT}`);
      const scope = scopeOf(request);
      const inner = cursor === undefined ? undefined : await openCursor(ports, scope, cursor);
      const page = await listAuditEvents(
        ports,
        filterOf(query),
        inner === undefined ? { limit } : { limit, cursor: inner },
      );
      const items = fitting(page.items);
      const next = items.length < page.items.length ? items.at(-1)?.eventId : page.cursor;
      const sealed = next === undefined ? undefined : await sealCursor(ports, scope, next);
      if (format !== 'json') return exported(items, format, sealed);
      return ok(sealed === undefined ? { items } : { items, cursor: sealed });
    },
  ),
  route(
    'GET',
    '/audit-settings',
    { summary: 'What is not recorded', privilege: 'admin', responses: { 200: AuditSettingsSchema } },
    async ({ api }) => ok(await api.auditSettings.settings()),
  ),
  route(
    'PUT',
    '/audit-settings',
    {
      summary: 'Switch categories of the audit trail off and on',
      privilege: 'admin',
      body: AuditSettingsSchema,
      responses: { 200: AuditSettingsSchema },
    },
    async ({ api: { auditSettings }, body }) => {
      await auditSettings.change(body);
      return ok(await auditSettings.settings());
    },
  ),
];
