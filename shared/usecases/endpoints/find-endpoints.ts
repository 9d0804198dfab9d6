import type { JournalEndpoint } from '../../domain/journal-endpoint.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { ENDPOINTS, endpointKey } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** Throws `NotFoundError`, also for a deleted endpoint. */
export async function getEndpoint(ports: ReadPorts, endpointId: string): Promise<JournalEndpoint> {
  return (await endpointItem(ports, endpointId)).endpoint;
}

/** The endpoint and the item with its version, for whoever changes it. Throws `NotFoundError`. */
export async function endpointItem(
  ports: ReadPorts,
  endpointId: string,
): Promise<{ readonly item: Item; readonly endpoint: JournalEndpoint }> {
  const item = await getLogged(ports, 'configuration', endpointKey(endpointId));
  const endpoint = item && typed<JournalEndpoint>(item).data;
  if (!item || !endpoint || endpoint.deletedAt !== undefined) throw new NotFoundError(`journal endpoint ${endpointId}`);
  return { item, endpoint };
}

/** Newest first, deleted ones left out. */
export function listEndpoints(ports: ReadPorts, request: PageRequest): Promise<ListPage<JournalEndpoint>> {
  return listPage(ports, { table: 'configuration', pk: ENDPOINTS, newestFirst: true }, request, (item) => {
    const { data } = typed<JournalEndpoint>(item);
    return data.deletedAt === undefined ? data : undefined;
  });
}

/** Ids of the endpoints that a mailbox backs or takes the unknown addresses of. Walks all endpoints: there are few. */
export async function endpointsFilingInto(ports: ReadPorts, mailboxId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const item of queryAll(ports, 'configuration', ENDPOINTS)) {
    const { endpointId, mailboxId: own, unknownAddresses, deletedAt } = typed<JournalEndpoint>(item).data;
    const isCatchAll = typeof unknownAddresses === 'object' && unknownAddresses.mailboxId === mailboxId;
    if (!item.removed && deletedAt === undefined && (own === mailboxId || isCatchAll)) ids.push(endpointId);
  }
  return ids;
}
