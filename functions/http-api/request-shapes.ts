import type { z } from 'zod';
import type { DataRequest } from '../../shared/domain/requests/data-request.ts';
import type { RequestedMessage } from '../../shared/domain/requests/requested-message.ts';
import type { Caller } from '../../shared/domain/session.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { authoriseMessage } from '../../shared/usecases/access/authorise.ts';
import type { RequestedView } from '../../shared/usecases/requests/requested-messages.ts';
import { given } from './given.ts';
import { withoutHiddenSubject } from './hidden-subjects.ts';
import type { HttpApi } from './http-api.ts';
import { runsRequests } from './request-access.ts';
import type { DataRequestSchema, RequestedMessageSchema } from './schemas/requests.ts';
import { scopeShape } from './written-scope.ts';

type Shown = z.input<typeof RequestedMessageSchema>;

export function requestShape({
  queryMailboxes: _named,
  scope,
  approvedBy,
  jobIds,
  ...request
}: DataRequest): z.input<typeof DataRequestSchema> {
  const approved = given({ approvedBy: approvedBy && [...approvedBy] });
  return { ...request, scope: scopeShape(scope), jobIds: [...jobIds], ...approved };
}

/** The same, with how far its newest job is, and whether anything of what it found in quarantine is left. */
export async function requestWithJob(
  { settings }: HttpApi,
  request: DataRequest,
): Promise<z.input<typeof DataRequestSchema>> {
  const isLookedFor = request.found?.quarantined !== undefined;
  const left = isLookedFor ? { quarantineLeft: await settings.requests.isQuarantineLeft(request) } : {};
  const shape = { ...requestShape(request), ...left };
  const newest = request.jobIds.at(-1);
  if (newest === undefined) return shape;
  try {
    const { jobId, kind, state, outcome } = await settings.reading.getJob(newest);
    return { ...shape, lastJob: { jobId, kind, state, ...given({ outcome }) } };
  } catch (error) {
    // Lost with the tables, or never begun.
    if (error instanceof NotFoundError) return shape;
    throw error;
  }
}

/** A message of a request, to somebody who may see the request. */
export async function requestedShape(
  api: HttpApi,
  caller: Caller,
  { summary, ...item }: RequestedView,
): Promise<Shown> {
  const isAdmin = runsRequests(caller);
  const shape = itemShape(item, isAdmin);
  if (!summary || !(isAdmin || (await isReadable(api, caller, item.archiveId)))) return shape;
  // Whoever deletes their own mail reads it; administrators need not.
  const shown = isAdmin ? await withoutHiddenSubject(api.settings, caller, summary) : summary;
  const { date, from, to, subject } = shown;
  return { ...shape, date, from, to: [...to], subject };
}

/** Whom a case is about is not to learn which holds there are. */
export function itemShape({ mailboxIds, block, ...item }: RequestedMessage, mayKnowHolds: boolean): Shown {
  const { policies, holdIds, ...why } = block ?? {};
  const details = given({
    policies: policies?.map((policy) => ({ ...policy })),
    holdIds: mayKnowHolds ? holdIds && [...holdIds] : undefined,
  });
  const kept = block ? { block: { reason: block.reason, ...why, ...details } } : {};
  return { ...item, mailboxIds: [...mailboxIds], ...kept };
}

/**
 * As it was found with their eyes, so it is shown: what was marked or restricted since, or that they may read no more,
 * is not.
 */
async function isReadable({ settings }: HttpApi, caller: Caller, archiveId: string): Promise<boolean> {
  try {
    const filings = await settings.reading.filingsOf(archiveId);
    return !(await authoriseMessage(settings.configuration, caller, archiveId, filings)).contentBlocked;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
