import type { DataRequest, RequestKind } from '../../domain/requests/data-request.ts';
import { stopPurgesUnderWay } from '../purges-under-way.ts';
import { startLift } from './lift-restrictions.ts';
import { changeRequest, requestItem } from './request-book.ts';
import type { RequestPorts } from './request-job.ts';

/** Who ends a request, and why; nobody where it ends by itself. */
export interface Closing {
  /** User name. */
  readonly by?: string;
  readonly reason?: string;
}

/**
 * Ends a request for ever, whatever its state: nothing more becomes of its messages, and what it restricted is shown
 * again. One that is closed stays as it was closed first. Safe to repeat until it answers. Throws `NotFoundError`, and
 * `ConflictError` where it was changed meanwhile.
 */
export async function closeRequest(
  ports: RequestPorts,
  kind: RequestKind,
  requestId: string,
  { by, reason }: Closing = {},
): Promise<DataRequest> {
  const item = await requestItem(ports, kind, requestId);
  const closed =
    item.data.state === 'closed'
      ? item
      : await changeRequest(ports, item, {
          state: 'closed',
          closedAt: ports.clock.now().toISOString(),
          ...(by === undefined ? {} : { closedBy: by }),
          ...(reason === undefined ? {} : { closeReason: reason }),
        });
  // Where somebody ends it, purges under way may have read that it goes on.
  if (by !== undefined && kind !== 'access' && closed.data.approvedAt) await stopPurgesUnderWay(ports);
  // Before its approval it restricted nothing. What restricts a message may be written before the request says that it
  // is blocked, so it is looked at all.
  if (kind === 'erasure' && closed.data.approvedAt !== undefined) await startLift(ports, closed.data);
  return closed.data;
}
