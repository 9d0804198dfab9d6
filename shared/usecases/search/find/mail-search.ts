import type { Caller } from '../../../domain/session.ts';
import { type FannedOut, fanOut } from './fan-out.ts';
import { foundByJob } from './found-by-job.ts';
import { planSearch, type SearchPlan, type SearchQuestion, searchName, unitsOf } from './plan-search.ts';
import { type SearchPage, shownFacets } from './result-page.ts';
import type { SearchContext } from './search-context.ts';
import { openCursor, sealCursor } from './search-cursor.ts';
import { beginSearchJob } from './search-job.ts';
import { type SearchScope, searchScope } from './search-scope.ts';
import { type SearchTrace, traceOf } from './search-trace.ts';
import { shownMessages } from './shown-messages.ts';

/** Searching, as the routes ask for it. */
export interface MailSearch {
  /**
   * A page of what `caller` may find. Throws `QueryTooLongError`, `InvalidRequestError` for a cursor of another search,
   * `NotFoundError` for a mailbox that the caller may not read, or that does not exist.
   */
  find(caller: Caller, question: SearchQuestion): Promise<SearchPage>;
  /** Begins the search as a job. Throws what `find` throws. */
  start(caller: Caller, question: SearchQuestion): Promise<{ readonly jobId: string; readonly trace: SearchTrace }>;
  /**
   * What such a job has found so far. Throws `NotFoundError` where there is none, to anybody but who began it, and to
   * them, too, once they may no longer see all that it looked at.
   */
  found(caller: Caller, jobId: string, page: { readonly limit: number; readonly cursor?: string }): Promise<SearchPage>;
}

/** API Gateway gives a function 29 s; what is done with the result takes some of it. */
const ANSWER_BUDGET_MS = 20_000;

export function createMailSearch(context: SearchContext): MailSearch {
  const scopeOf = (caller: Caller) => searchScope(context.configuration, caller);
  return {
    find: async (caller, question) => await find(context, caller, question),
    start: async (caller, question) => {
      const scope = await scopeOf(caller);
      const plan = planSearch(scope, question, context.ports.clock.now());
      const after = await beginningOf(context, caller, question);
      const units = await unitsOf(context.reader, plan);
      const { jobId } = await beginSearchJob(context.ports, caller, { question, plan, ...after, left: units });
      return { jobId, trace: await trace(context, question, plan) };
    },
    found: async (caller, jobId, page) => await foundByJob(context, await scopeOf(caller), caller, jobId, page),
  };
}

async function find(context: SearchContext, caller: Caller, question: SearchQuestion): Promise<SearchPage> {
  const { ports, workers, reader, budgetMs = ANSWER_BUDGET_MS } = context;
  const endsAt = performance.now() + budgetMs;
  const scope = await searchScope(context.configuration, caller);
  const plan = planSearch(scope, question, ports.clock.now());
  const begin = await beginningOf(context, caller, question);
  const units = await unitsOf(reader, plan);
  const { query, sort } = plan;
  const parts = { workers, logs: ports.logs, timeLeft: () => endsAt - performance.now() };
  const found = await fanOut(parts, units, { query, sort, limit: question.limit, facets: true, ...begin });
  await context.repair(found.failed);
  const items = await shownMessages(context.filingsOf, scope, caller, found.messages);
  const page = { items, ...(await restOfPage(context, caller, question, scope, found)) };
  const traced = { ...page, trace: await trace(context, question, plan) };
  if (found.left.length === 0) return traced;
  const { left, done, messages } = found;
  const job = { question, plan, ...begin, left, done, messages, failed: found.failed };
  return { ...traced, jobId: (await beginSearchJob(ports, caller, job)).jobId };
}

/** Where the page begins. */
async function beginningOf({ ports }: SearchContext, caller: Caller, question: SearchQuestion) {
  const { cursor } = question;
  return cursor === undefined ? {} : await openCursor(ports, searchName(question, caller), cursor);
}

async function restOfPage(
  { ports }: SearchContext,
  caller: Caller,
  question: SearchQuestion,
  scope: SearchScope,
  { result, failed }: FannedOut,
): Promise<Omit<SearchPage, 'items' | 'trace'>> {
  const { total, totalIsExact, facets, limits, searched, hasMore, statistics, items } = result;
  const after = items.at(-1)?.position;
  const page = {
    total,
    totalIsExact: totalIsExact && failed.length === 0,
    facets: shownFacets(facets, scope),
    limits,
    searched: { ...searched, failed: [...new Set(failed.map(({ mailboxId }) => mailboxId))].toSorted() },
  };
  if (!hasMore || !after) return page;
  const next = { after, ...(statistics && { statistics }) };
  return { ...page, cursor: await sealCursor(ports, searchName(question, caller), next) };
}

function trace(
  { ports }: SearchContext,
  { q, mailbox }: SearchQuestion,
  { mailboxes }: SearchPlan,
): Promise<SearchTrace> {
  const ids = mailboxes.map((one) => one.mailbox.mailboxId);
  return traceOf(ports, q, ids, mailbox !== undefined);
}
