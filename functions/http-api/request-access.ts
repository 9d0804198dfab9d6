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
