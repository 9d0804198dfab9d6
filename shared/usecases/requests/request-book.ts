import { type DataRequest, REQUEST_KINDS, type RequestKind } from '../../domain/requests/data-request.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, replaceLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';

type ReadPorts = Pick<Ports, 'tables'>;
type WritePorts = Pick<Ports, 'tables' | 'log'>;

/** The partition of the configuration table that requests of a kind are listed from; ids begin with their time. */
function partitionOf(kind: RequestKind): string {
  return `request#${kind}`;
}

function requestKey(kind: RequestKind, requestId: string): ItemKey {
  return { pk: partitionOf(kind), sk: requestId };
}

/** Throws `ConflictError` where there is one of this id. */
export async function createRequest(ports: WritePorts, request: DataRequest): Promise<void> {
  await createLogged(ports, 'configuration', requestKey(request.kind, request.requestId), { data: dataOf(request) });
}

/** The item with its version, for whoever changes it; read consistently. Throws `NotFoundError`, also for one of another kind. */
export async function requestItem(ports: ReadPorts, kind: RequestKind, requestId: string): Promise<Item<DataRequest>> {
  const item = await getLogged(ports, 'configuration', requestKey(kind, requestId));
  if (!item) throw new NotFoundError(`request ${requestId}`);
  return typed<DataRequest>(item);
}

/** Of whatever kind. Throws `NotFoundError`. */
export async function findRequest(ports: ReadPorts, requestId: string): Promise<Item<DataRequest>> {
  const kind = REQUEST_KINDS.find((one) => requestId.startsWith(`${one}-`));
  if (!kind) throw new NotFoundError(`request ${requestId}`);
  return await requestItem(ports, kind, requestId);
}

/** Changes some of `current` where nobody else did meanwhile; throws `ConflictError` otherwise. */
export async function changeRequest(
  ports: WritePorts,
  current: Item<DataRequest>,
  change: Partial<DataRequest>,
): Promise<Item<DataRequest>> {
  return await replaceRequest(ports, current, { ...current.data, ...change });
}

/** Replaces all of `current` where nobody else did meanwhile; throws `ConflictError` otherwise. */
export async function replaceRequest(
  ports: WritePorts,
  current: Item<DataRequest>,
  request: DataRequest,
): Promise<Item<DataRequest>> {
  const former = { ...current, data: dataOf(current.data) };
  return typed<DataRequest>(await replaceLogged(ports, 'configuration', former, { data: dataOf(request) }));
}

/** Newest first; of one user where `ownedBy` (user id) is given. */
export function listRequests(
  ports: ReadPorts,
  kind: RequestKind,
  { ownedBy, state, ...page }: PageRequest & { readonly ownedBy?: string; readonly state?: DataRequest['state'] },
): Promise<ListPage<DataRequest>> {
  const place = { table: 'configuration', pk: partitionOf(kind), newestFirst: true } as const;
  return listPage(ports, place, page, (item) => {
    const { data } = typed<DataRequest>(item);
    if (ownedBy !== undefined && data.ownedBy !== ownedBy) return undefined;
    return state === undefined || data.state === state ? data : undefined;
  });
}

/** Read consistently. */
export async function* allRequests(ports: ReadPorts, kind: RequestKind): AsyncIterable<DataRequest> {
  for await (const item of queryAll(ports, 'configuration', partitionOf(kind))) {
    if (!item.removed) yield typed<DataRequest>(item).data;
  }
}

/** Those that are not closed, read consistently. */
export async function* unfinishedRequests(ports: ReadPorts, kind: RequestKind): AsyncIterable<DataRequest> {
  for await (const request of allRequests(ports, kind)) if (request.state !== 'closed') yield request;
}
