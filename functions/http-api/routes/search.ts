import type { z } from 'zod';
import { InvalidRequestError } from '../../../shared/errors.ts';
import type { SearchQuestion } from '../../../shared/usecases/search/find/plan-search.ts';
import type { SearchPage } from '../../../shared/usecases/search/find/result-page.ts';
import { accepted, ok } from '../api-response.ts';
import { auditNotes } from '../audit-notes.ts';
import { given } from '../given.ts';
import { type Route, type RouteContext, route } from '../route.ts';
import { JobReferenceSchema } from '../schemas/fields.ts';
import { SearchBodySchema, SearchQuerySchema, SearchResultSchema } from '../schemas/search.ts';

/** Whoever signs in may search; what they find is what they may read. */
const privilege = 'login';

type SearchContext = Pick<RouteContext<unknown, unknown, unknown>, 'api' | 'caller' | 'request'>;

async function answer({ api, caller, request }: SearchContext, question: SearchQuestion) {
  const page = await api.settings.search.find(caller, question);
  note({ request }, page);
  return ok(shapeOf(page));
}

/** The trail tells of a query only what cannot be read back: mail and the names in it are often what is searched for. */
function note({ request }: Pick<SearchContext, 'request'>, { total, totalIsExact, trace }: SearchPage): void {
  const { queryHash, mailboxes, mailboxId } = trace;
  const detail = { queryHash, mailboxes, found: total, exact: totalIsExact };
  auditNotes(request).detail = mailboxId === undefined ? detail : { ...detail, mailboxId };
}

function shapeOf({ trace: _trace, ...page }: SearchPage): z.input<typeof SearchResultSchema> {
  return {
    ...page,
    items: page.items.map((item) => ({ ...item, to: [...item.to] })),
    facets: {
      mailbox: [...page.facets.mailbox],
      folder: [...page.facets.folder],
      month: [...page.facets.month],
      sender: [...page.facets.sender],
      attachmentType: [...page.facets.attachmentType],
    },
    limits: [...page.limits],
    searched: { ...page.searched, failed: [...page.searched.failed] },
  };
}

export const searchRoutes: readonly Route[] = [
  route(
    'GET',
    '/search',
    {
      summary: 'Find mail in all mailboxes that you may read; or what a search that runs as a job has found',
      privilege,
      query: SearchQuerySchema,
      responses: { 200: SearchResultSchema },
    },
    async ({ query, ...context }) => {
      const { job, limit, cursor, ...asked } = query;
      if (job === undefined) return await answer(context, given({ ...asked, limit, cursor }));
      if (asked.q !== '' || asked.mailbox !== undefined) {
        throw new InvalidRequestError('job: what it searches for is known; give it without q and mailbox');
      }
      const page = await context.api.settings.search.found(context.caller, job, given({ limit, cursor }));
      note(context, page);
      return ok(shapeOf(page));
    },
  ),
  route(
    'POST',
    '/search',
    {
      summary: 'The same, for queries too long for an URL; as a job with job: true',
      privilege,
      body: SearchBodySchema,
      responses: { 200: SearchResultSchema, 202: JobReferenceSchema, 303: null },
    },
    async ({ body, ...context }) => {
      const { job, ...asked } = body;
      if (!job) return await answer(context, given(asked));
      const { jobId, trace } = await context.api.settings.search.start(context.caller, given(asked));
      auditNotes(context.request).detail = { ...trace, jobId };
      return accepted({ jobId });
    },
  ),
];
