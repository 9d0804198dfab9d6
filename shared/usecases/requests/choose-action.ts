import type { DataRequest, RequestAction, RequestKind } from '../../domain/requests/data-request.ts';
import type { RequestedMessage } from '../../domain/requests/requested-message.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import type { FilingPorts } from '../filings/mailbox-filings.ts';
import { liftRestriction } from '../filings/restrict-message.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { stopPurgesUnderWay } from '../purges-under-way.ts';
import { requestItem } from './request-book.ts';
import { requestedItem } from './requested-messages.ts';

/** What somebody decides of one message of a request. */
export interface Choice {
  /** Left out, of access requests: nothing else than what becomes of the others. */
  readonly action?: RequestAction;
  readonly reason: string;
  /** User name. */
  readonly by: string;
}

/**
 * Decides what becomes of one message of a request, before that is approved; afterwards it can only be kept. Throws
 * `NotFoundError`, `InvalidRequestError` for what its kind does not have, and `ConflictError` where the request is in
 * another state, or somebody else decided meanwhile. Safe to repeat where it failed.
 */
export async function chooseAction(
  ports: FilingPorts,
  kind: RequestKind,
  requestId: string,
  archiveId: string,
  { action, reason, by }: Choice,
): Promise<RequestedMessage> {
  const { data: request } = await requestItem(ports, kind, requestId);
  const item = await requestedItem(ports, requestId, archiveId);
  checkState(request, action);
  const isPossible = action === undefined ? kind === 'access' : actionsOf(request).includes(action);
  if (!isPossible) {
    throw new InvalidRequestError(`action: one of ${actionsOf(request).join(', ')}`);
  }
  const { chosen: _former, ...rest } = item.data;
  const at = ports.clock.now().toISOString();
  const data: RequestedMessage = {
    ...rest,
    action: action ?? request.action,
    ...(action === undefined ? {} : { chosen: { by, at, reason } }),
  };
  const current = { ...item, data: dataOf(item.data) };
  const chosen = typed<RequestedMessage>(await replaceLogged(ports, 'activity', current, { data: dataOf(data) })).data;
  // A purge may have read what was to become of it before.
  if (kind !== 'access' && (await requestItem(ports, kind, requestId)).data.approvedAt) await stopPurgesUnderWay(ports);
  // It waits for nothing any more.
  if (kind === 'erasure' && request.state === 'open') await liftRestriction(ports, archiveId, requestId);
  return chosen;
}

function checkState({ requestId, state }: DataRequest, action: RequestAction | undefined): void {
  if (state === 'found' || (state === 'open' && action === 'keep')) return;
  if (state === 'open') throw new ConflictError(`request ${requestId} is approved; a message of it can only be kept`);
  throw new ConflictError(`request ${requestId} is ${state}`);
}

function actionsOf({ kind, ownedBy }: DataRequest): readonly RequestAction[] {
  if (kind === 'access') return ['keep'];
  return ownedBy === undefined ? ['purge', 'remove', 'keep'] : ['remove', 'keep'];
}
