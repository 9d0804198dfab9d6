import type { Approval } from '../../shared/domain/approval.ts';
import type { MessageScope } from '../../shared/domain/message-scope.ts';
import type { MailboxPrivilege } from '../../shared/domain/privilege.ts';
import { holds } from '../../shared/domain/privilege.ts';
import type { DataRequest, RequestKind } from '../../shared/domain/requests/data-request.ts';
import type { Caller } from '../../shared/domain/session.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { authorise } from '../../shared/usecases/access/authorise.ts';
import type { HttpApi } from './http-api.ts';

/** What a person has to be granted on every mailbox that they delete from in bulk. */
const OWN: readonly MailboxPrivilege[] = ['read', 'delete'];

/** Whether somebody sees and decides on all requests. */
export function runsRequests({ privileges }: Pick<Caller, 'privileges'>): boolean {
  return holds(privileges, 'admin');
}

/** A request that the caller may know of: administrators of all, others of their own. Throws `NotFoundError`. */
export async function requestFor(
  { settings }: HttpApi,
  caller: Caller,
  kind: RequestKind,
  requestId: string,
): Promise<DataRequest> {
  const request = await settings.requests.get(kind, requestId);
  if (runsRequests(caller) || (request.ownedBy === caller.userId && isInReach(caller, request.scope))) return request;
  throw new NotFoundError(`request ${requestId}`);
}

/** Whether this approval did its work already, and died before it could say so: made again, it answers the same. */
export function isApprovedBy({ approvedAt }: DataRequest, approval: Approval | undefined): boolean {
  return approval !== undefined && approvedAt === approval.requestedAt;
}

/** Has done what is approved, once, in the name of who asked for it; answers the job. Who may is asked before. */
export async function approveFor(
  { settings }: HttpApi,
  { userName }: Caller,
  request: DataRequest,
  approval: Approval | undefined,
): Promise<{ readonly jobId: string }> {
  const { kind, requestId, jobIds } = request;
  const begun = jobIds.at(-1);
  if (begun !== undefined && isApprovedBy(request, approval)) return { jobId: begun };
  const second = approval?.decidedBy?.userName;
  const approvedBy = [userName, ...(second === undefined ? [] : [second])];
  // What was changed since it was asked for, nobody asked for.
  return await settings.requests.approve(kind, requestId, approvedBy, approval?.requestedAt);
}

/** An API key that reaches some mailboxes reaches the requests about those. */
export function isInReach({ mailboxIds }: Pick<Caller, 'mailboxIds'>, scope: MessageScope): boolean {
  return !mailboxIds || (scope.mailboxes ?? []).every((mailboxId) => mailboxIds.includes(mailboxId));
}

/**
 * Asks, of a caller who is no administrator, for reading and deleting in all mailboxes of the scope. Throws `NotFoundError` for a
 * mailbox that they may not know of, `ForbiddenError` for one that they may not delete from.
 */
export async function authoriseOwn(
  { settings }: HttpApi,
  caller: Caller,
  { mailboxes = [] }: MessageScope,
): Promise<void> {
  if (runsRequests(caller)) return;
  for (const mailboxId of mailboxes) {
    for (const privilege of OWN) await authorise(settings.configuration, caller, privilege, mailboxId);
  }
}
