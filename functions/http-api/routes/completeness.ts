import { z } from 'zod';
import type { CompletenessCounts, CompletenessRow } from '../../../shared/domain/completeness.ts';
import type { Job } from '../../../shared/domain/job.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { ConflictError, ForbiddenError, InvalidRequestError, NotFoundError } from '../../../shared/errors.ts';
import { authorise } from '../../../shared/usecases/access/authorise.ts';
import { questionOf, type ReportQuestion } from '../../../shared/usecases/completeness/make-report.ts';
import { reportRows } from '../../../shared/usecases/completeness/read-rows.ts';
import { readReport } from '../../../shared/usecases/completeness/report-objects.ts';
import { listSyncStates } from '../../../shared/usecases/folder-sync/sync-states.ts';
import { accepted, ok } from '../api-response.ts';
import { COMPLETENESS_CSV_TYPE, exportRows } from '../completeness-export.ts';
import { attachmentDisposition } from '../content-disposition.ts';
import { withoutHiddenSubject } from '../hidden-subjects.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, PAGE_QUERY, scopeOf } from '../list-route.ts';
import { openCursor, sealCursor } from '../page-cursor.ts';
import { periodOf } from '../period.ts';
import { type Route, route } from '../route.ts';
import {
  CompletenessReportSchema,
  CompletenessRowSchema,
  completenessKind,
  NewCompletenessReportSchema,
  SyncStateSchema,
} from '../schemas/completeness.ts';
import { id, JobReferenceSchema, mailboxIdParams } from '../schemas/fields.ts';
import { ownProfiles } from './jobs.ts';

const params = z.object({ mailboxId: id, jobId: id });
const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Rows of a file; the rest is behind its cursor. At their largest they stay below what an answer may have. */
const MAX_EXPORT = 1_000;
/** Before this nobody sent mail. */
const BEGINNING = '1970-01-01T00:00:00.000Z';

const ROWS_QUERY = z.strictObject({
  kind: completenessKind.optional(),
  format: z.enum(['json', 'csv']).default('json'),
  limit: z.coerce.number().int().min(1).max(MAX_EXPORT).optional(),
  cursor: z.string().max(4_096).optional(),
});

/** Administrators, auditors of the mailbox, and whose own it is; others who may read it are not told what it lacks. */
async function admit({ settings }: HttpApi, caller: Caller, mailboxId: string): Promise<void> {
  if (holds(caller.privileges, 'admin') || caller.auditor) return;
  const mailbox = await settings.configuration.addresses.mailbox(mailboxId);
  if (mailbox?.ownerId !== caller.userId) throw new ForbiddenError('only for the owner of the mailbox');
}

/** Auditors ask about their period, and no other. */
function withinScope({ auditor }: Caller, question: ReportQuestion): ReportQuestion {
  const { from = '', to } = auditor?.scope ?? {};
  const { mailboxId } = question;
  const isLate = question.from >= from;
  const isEarly = to === undefined || question.to <= to;
  return { mailboxId, from: isLate ? question.from : from, to: isEarly ? question.to : to };
}

async function reportJob(
  api: HttpApi,
  caller: Caller,
  { mailboxId, jobId }: { readonly mailboxId: string; readonly jobId: string },
): Promise<{ readonly job: Job; readonly question: ReportQuestion }> {
  await admit(api, caller, mailboxId);
  const job = await api.settings.reading.getJob(jobId);
  const question =
    job.kind === 'completeness' && job.mailboxId === mailboxId ? await questionOf(api.ports, jobId) : undefined;
  if (!question) throw new NotFoundError(`report ${jobId}`);
  const { from, to } = withinScope(caller, question);
  if (from !== question.from || to !== question.to) throw new NotFoundError(`report ${jobId}`);
  return { job, question };
}

/** A report that is whole. Throws `ConflictError` before, `NotFoundError` once it has expired. */
async function wholeReport(api: HttpApi, job: Job) {
  if (job.state !== 'finished') throw new ConflictError(`report ${job.jobId} is not finished`);
  const kept = await readReport(api.ports, job.jobId);
  if (!kept) throw new NotFoundError(`report ${job.jobId}: it failed or has expired; make another one`);
  return kept;
}

function withLive(counts: CompletenessCounts) {
  return { live: counts.archived + counts.missing, ...counts };
}

function rowShape({ folders, ...row }: CompletenessRow): z.input<typeof CompletenessRowSchema> {
  return { ...row, folders: [...folders] };
}

export const completenessRoutes: readonly Route[] = [
  listRoute(
    '/completeness',
    {
      summary: 'What the last runs of folder synchronisation found missing, by mailbox',
      privilege: 'archive',
      query: PAGE_QUERY,
      item: SyncStateSchema,
    },
    async ({ api, caller }, page) => {
      const { items, ...rest } = await listSyncStates(api.ports, { ...page, ...(await ownProfiles(api, caller)) });
      const shown = items.map(({ last, ...state }) => {
        return { ...state, lastJobId: last.jobId, lastRunAt: last.startedAt, outcome: last.outcome };
      });
      return { items: shown, ...rest };
    },
  ),
  route(
    'POST',
    '/mailboxes/{mailboxId}/completeness-reports',
    {
      summary:
        'Say what the archive lacks of a live mailbox, and what of its mail the live mailbox does not have any more',
      privilege: 'list',
      params: mailboxIdParams,
      body: NewCompletenessReportSchema,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api, caller, params: { mailboxId }, body }) => {
      await admit(api, caller, mailboxId);
      const { from = new Date(BEGINNING), to = api.ports.clock.now() } = periodOf(body);
      const question = withinScope(caller, { mailboxId, from: from.toISOString(), to: to.toISOString() });
      if (question.to < question.from) throw new InvalidRequestError('to: lies before from');
      const { jobId } = await api.settings.reading.startReport(question);
      return accepted({ jobId });
    },
  ),
  route(
    'GET',
    '/mailboxes/{mailboxId}/completeness-reports/{jobId}',
    {
      summary: 'The totals of a completeness report; it can be read for a day',
      privilege: 'list',
      params,
      responses: { 200: CompletenessReportSchema },
    },
    async ({ api, caller, params: path }) => {
      const { job, question } = await reportJob(api, caller, path);
      const { jobId, state, outcome } = job;
      const of = { jobId, mailboxId: question.mailboxId, from: question.from, to: question.to, state };
      if (outcome !== 'succeeded') return ok({ ...of, ...(outcome === undefined ? {} : { outcome }) });
      const { report } = await wholeReport(api, job);
      const { totals, months } = report;
      return ok({
        ...of,
        ...report,
        outcome,
        totals: withLive(totals),
        months: months.map((one) => ({ ...withLive(one), month: one.month })),
      });
    },
  ),
  route(
    'GET',
    '/mailboxes/{mailboxId}/completeness-reports/{jobId}/messages',
    {
      summary:
        'The messages of a completeness report; `format=csv` gives a file, with Letterlock-Cursor while there is more',
      privilege: 'list',
      params,
      query: ROWS_QUERY,
      responses: { 200: z.object({ items: z.array(CompletenessRowSchema), cursor: z.string().optional() }) },
    },
    async ({ api, caller, request, params: path, query }) => {
      const { job } = await reportJob(api, caller, path);
      const { kind, format } = query;
      const { limit = format === 'csv' ? MAX_EXPORT : DEFAULT_LIMIT } = query;
      if (format === 'json' && limit > MAX_LIMIT) throw new InvalidRequestError(`limit: at most ${MAX_LIMIT}`);
      const scope = scopeOf(request);
      const cursor = query.cursor === undefined ? undefined : await openCursor(api.ports, scope, query.cursor);
      const asked = { limit, ...(kind === undefined ? {} : { kind }), ...(cursor === undefined ? {} : { cursor }) };
      const page = await reportRows(api.ports, path.jobId, await wholeReport(api, job), asked);
      const { contentBlocked } = await authorise(api.settings.configuration, caller, 'list', path.mailboxId);
      const items = contentBlocked
        ? await Promise.all(page.items.map((row) => withoutHiddenSubject(api.settings, caller, row)))
        : page.items;
      const next = page.cursor === undefined ? undefined : await sealCursor(api.ports, scope, page.cursor);
      if (format === 'json') return ok({ items: items.map(rowShape), ...(next === undefined ? {} : { cursor: next }) });
      const headers = {
        'content-type': COMPLETENESS_CSV_TYPE,
        'content-disposition': attachmentDisposition(`completeness-${path.mailboxId}.csv`),
        ...(next === undefined ? {} : { 'letterlock-cursor': next }),
      };
      return { status: 200, headers, body: exportRows(items) };
    },
  ),
];
