import type { JobKind } from '../../domain/job.ts';
import type { DataRequest, RequestKind } from '../../domain/requests/data-request.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import type { DeletionSettings } from '../settings/deletion-settings.ts';
import { requestItem } from './request-book.ts';
import { isAtWork, type RequestPorts, startRequestJob } from './request-job.ts';

const JOBS: { readonly [Kind in RequestKind]: JobKind } = {
  erasure: 'erasure',
  'bulk-deletion': 'bulk-deletion',
  access: 'export-messages',
};

type DeletionSetting = { get(): Promise<DeletionSettings> };

/**
 * Has become of the messages of a request what was decided, by a job: they are deleted, or exported. Who may is asked
 * before; `approvedBy` are user names. What was found or chosen after `asOf` (ISO 8601, UTC; now, if left out) is kept:
 * whoever asked for the approval had not seen it. What was exported may be exported again. Throws as `checkApproval`,
 * and `ConflictError` where the request was changed meanwhile.
 */
export async function approveRequest(
  ports: RequestPorts,
  settings: DeletionSetting,
  kind: RequestKind,
  requestId: string,
  approvedBy: readonly string[],
  asOf: string = ports.clock.now().toISOString(),
): Promise<{ readonly jobId: string }> {
  const item = await checkApproval(ports, settings, kind, requestId);
  return await startRequestJob(ports, item, JOBS[kind], { state: 'running', approvedAt: asOf, approvedBy });
}

/**
 * The request, where it can be approved now. Throws `NotFoundError`, `ForbiddenError` where it deletes and deletion is
 * switched off, `ConflictError` where it was not looked for yet all that it is about, is at work, approved or closed.
 */
export async function checkApproval(
  ports: Pick<Ports, 'tables' | 'clock'>,
  settings: DeletionSetting,
  kind: RequestKind,
  requestId: string,
): Promise<Item<DataRequest>> {
  const item = await requestItem(ports, kind, requestId);
  if (kind !== 'access' && !(await settings.get()).allowed) throw new ForbiddenError('deletion is switched off');
  const fault = await faultOf(ports, item.data);
  if (fault !== undefined) throw new ConflictError(`request ${requestId} ${fault}`);
  return item;
}

async function faultOf(ports: Pick<Ports, 'tables' | 'clock'>, request: DataRequest): Promise<string | undefined> {
  switch (request.state) {
    case 'finding':
      return 'looks for its messages yet; wait for that, or have it look again';
    case 'found':
      return undefined;
    case 'running':
      // A job that failed, or was lost with the tables, leaves it so.
      return (await isAtWork(ports, request)) ? 'is approved already, and at work' : undefined;
    case 'open':
      return request.kind === 'access'
        ? undefined
        : 'is approved already; what is blocked is decided on again each day';
    case 'closed':
      return 'is closed';
  }
}
