import type { RequestKind } from '../../domain/requests/data-request.ts';
import { ConflictError } from '../../errors.ts';
import { requestItem } from './request-book.ts';
import { isAtWork, type RequestPorts, startRequestJob } from './request-job.ts';

/**
 * Has a request look for its messages again: adds what is new, decides on all of them again, and leaves what people
 * chose. Throws `NotFoundError`, and `ConflictError` where it is approved or closed, looks for them already, or was
 * changed meanwhile.
 */
export async function startFind(
  ports: RequestPorts,
  kind: RequestKind,
  requestId: string,
): Promise<{ readonly jobId: string }> {
  const item = await requestItem(ports, kind, requestId);
  const { state } = item.data;
  if (state !== 'finding' && state !== 'found') {
    throw new ConflictError(`request ${requestId} is ${state === 'closed' ? 'closed' : 'approved'}; make another one`);
  }
  // One whose job failed, or was lost with the tables, is finding for ever.
  if (state === 'finding' && (await isAtWork(ports, item.data))) {
    throw new ConflictError(`request ${requestId} looks for its messages already`);
  }
  return await startRequestJob(ports, item, 'find-messages', { state: 'finding' });
}
