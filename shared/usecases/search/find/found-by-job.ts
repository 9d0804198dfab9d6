import type { Caller } from '../../../domain/session.ts';
import { NotFoundError } from '../../../errors.ts';
import { nameOf } from './fan-out.ts';
import { type SearchPage, shownFacets } from './result-page.ts';
import type { SearchContext } from './search-context.ts';
import { openCursor, sealCursor } from './search-cursor.ts';
import { readState, type SearchState } from './search-job-state.ts';
import type { SearchScope } from './search-scope.ts';
import { traceOf } from './search-trace.ts';
import { shownMessages } from './shown-messages.ts';
import { visibilities } from './visibility.ts';

/** What a job has found so far, for who began it. */
export async function foundByJob(
  context: SearchContext,
  scope: SearchScope,
  caller: Caller,
  jobId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<SearchPage> {
  const state = await readState(context.ports, jobId);
  if (!state || state.userId !== caller.userId || !isStillVisible(scope, state)) throw new NotFoundError('search');
  const name = JSON.stringify(['search job', jobId]);
  const start = cursor === undefined ? 0 : Number((await openCursor(context.ports, name, cursor)).after[0]);
  const some = state.result.items.slice(start, start + limit).map(nameOf);
  const messages = new Map(state.messages.map((message) => [nameOf(message), message]));
  const found = some.map((one) => messages.get(one)).filter((message) => message !== undefined);
  const { result, left, failed, question } = state;
  const ids = state.visibilities.map(([mailboxId]) => mailboxId);
  const next = await nextCursor(context, { state, caller, name, end: start + limit });
  return {
    items: await shownMessages(context.filingsOf, scope, caller, found),
    total: result.total,
    totalIsExact: result.totalIsExact && left.length === 0 && failed.length === 0,
    facets: shownFacets(result.facets, scope),
    limits: result.limits,
    searched: {
      segments: result.searched.segments,
      // How many segments the units have that were not opened yet nobody knows; each has one at least.
      of: result.searched.of + left.length,
      failed: [...new Set(failed.map(({ mailboxId }) => mailboxId))].toSorted(),
    },
    ...(next === undefined ? {} : { cursor: next }),
    ...(left.length > 0 ? { jobId } : {}),
    trace: await traceOf(context.ports, question.q, ids, question.mailbox !== undefined),
  };
}

/** Where the list of a job goes on, within what it keeps. */
async function nextCursor(
  { ports }: SearchContext,
  {
    state,
    name,
    end,
  }: { readonly state: SearchState; readonly caller: Caller; readonly name: string; readonly end: number },
): Promise<string | undefined> {
  return end < state.result.items.length ? await sealCursor(ports, name, { after: [end] }) : undefined;
}

/** Whether the caller may still see all that the job was to look at. */
function isStillVisible(scope: SearchScope, { query, visibilities: then }: SearchState): boolean {
  const ids = new Set(then.map(([mailboxId]) => mailboxId));
  const mailboxes = scope.mailboxes.filter(({ mailbox }) => ids.has(mailbox.mailboxId));
  const now = visibilities(scope, mailboxes, query);
  return then.every(([mailboxId, { withoutCovered: _then, ...visibility }]) => {
    const { withoutCovered: _now, ...present } = now.get(mailboxId) ?? { withoutCovered: false };
    return JSON.stringify(present) === JSON.stringify(visibility);
  });
}
