import type { DataRequest, RequestKind } from '../../domain/requests/data-request.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { replaceRequest, requestItem } from './request-book.ts';

/** What is said of a request; `null` takes it away. What it covers is never changed. */
export interface RequestAmendment {
  readonly name?: string;
  readonly reference?: string | null;
  readonly dueAt?: string | null;
}

/**
 * Changes what is said of a request. Throws `NotFoundError`, and `ConflictError` where it is closed, or was changed
 * meanwhile.
 */
export async function amendRequest(
  ports: Pick<Ports, 'tables' | 'log'>,
  kind: RequestKind,
  requestId: string,
  { name, reference, dueAt }: RequestAmendment,
): Promise<DataRequest> {
  const item = await requestItem(ports, kind, requestId);
  if (item.data.state === 'closed') throw new ConflictError(`request ${requestId} is closed`);
  const { reference: formerReference, dueAt: formerDueAt, ...rest } = item.data;
  const wantedReference = reference === undefined ? formerReference : reference;
  const wantedDueAt = dueAt === undefined ? formerDueAt : dueAt;
  const changed = await replaceRequest(ports, item, {
    ...rest,
    ...(name === undefined ? {} : { name }),
    ...(wantedReference ? { reference: wantedReference } : {}),
    ...(wantedDueAt ? { dueAt: wantedDueAt } : {}),
  });
  return changed.data;
}
