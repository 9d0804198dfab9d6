import type { DeletingKind } from '../../domain/requests/data-request.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import type { DeletionSettings } from '../settings/deletion-settings.ts';
import { requestItem } from './request-book.ts';
import { isAtWork, type RequestPorts, startRequestJob } from './request-job.ts';

/**
 * Has an approved request go on now, rather than the next day or, where somebody cancelled its job, never: what is left of it
 * is decided on again. Nothing is approved by it. Throws `NotFoundError`, `ForbiddenError` while deletion is switched
 * off, `ConflictError` where the request is not open, is at work, or was changed meanwhile.
 */
export async function resumeRequest(
  ports: RequestPorts,
  settings: { get(): Promise<DeletionSettings> },
  kind: DeletingKind,
  requestId: string,
): Promise<{ readonly jobId: string }> {
  const item = await requestItem(ports, kind, requestId);
  if (!(await settings.get()).allowed) throw new ForbiddenError('deletion is switched off');
  if (item.data.state !== 'open') throw new ConflictError(`request ${requestId} is ${item.data.state}, not open`);
  if (await isAtWork(ports, item.data)) throw new ConflictError(`request ${requestId} is at work`);
  return await startRequestJob(ports, item, kind, {});
}
