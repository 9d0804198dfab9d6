import {
  type EndpointAddress,
  FORMER_ADDRESS_GRACE_DAYS,
  type JournalEndpoint,
} from '../../domain/journal-endpoint.ts';
import { endpointAddressKey } from '../configuration/configuration-keys.ts';
import { dataOf, typed } from '../item-data.ts';
import { getLogged, replaceLogged } from '../logged-item.ts';
import {
  checkRules,
  createEndpointAddress,
  type EndpointContext,
  type EndpointRules,
  newLocalPart,
} from './create-endpoint.ts';
import { endpointItem } from './find-endpoints.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Changes what is given. Throws `NotFoundError`, `InvalidRequestError`, `ConflictError` beside another change. */
export async function changeEndpoint(
  context: EndpointContext,
  endpointId: string,
  change: EndpointRules & { readonly name?: string },
): Promise<JournalEndpoint> {
  const { ports, endpoints } = context;
  const { item, endpoint } = await endpointItem(ports, endpointId);
  const rules = await checkRules(context, change);
  const changed = { ...endpoint, ...rules, name: change.name ?? endpoint.name };
  await replaceLogged(ports, 'configuration', item, { data: dataOf(changed) });
  endpoints.forget(endpoint);
  return changed;
}

/**
 * Gives an endpoint a new address; the former one takes mail for a grace period, into quarantine. The
 * address is in force that the endpoint names, so a crash leaves the former one, and it can be repeated.
 */
export async function rotateEndpoint(context: EndpointContext, endpointId: string): Promise<JournalEndpoint> {
  const { ports, endpoints } = context;
  const { item, endpoint } = await endpointItem(ports, endpointId);
  const changed = { ...endpoint, localPart: newLocalPart(ports) };
  await createEndpointAddress(context, changed);
  await beginGrace(context, endpoint);
  await replaceLogged(ports, 'configuration', item, { data: dataOf(changed) });
  endpoints.forget(endpoint);
  endpoints.forget(changed);
  return changed;
}

/** Deletes an endpoint; its address takes mail for a grace period, into quarantine. Its mailbox and mail stay. */
export async function deleteEndpoint(context: EndpointContext, endpointId: string): Promise<void> {
  const { ports, endpoints } = context;
  const { item, endpoint } = await endpointItem(ports, endpointId);
  await beginGrace(context, endpoint);
  const deleted: JournalEndpoint = { ...endpoint, deletedAt: ports.clock.now().toISOString() };
  await replaceLogged(ports, 'configuration', item, { data: dataOf(deleted) });
  endpoints.forget(endpoint);
}

async function beginGrace(
  { ports }: Pick<EndpointContext, 'ports'>,
  { endpointId, localPart }: JournalEndpoint,
): Promise<void> {
  const item = await getLogged(ports, 'configuration', endpointAddressKey(localPart));
  if (!item || typed<EndpointAddress>(item).data.endpointId !== endpointId) return;
  const until = new Date(ports.clock.now().getTime() + FORMER_ADDRESS_GRACE_DAYS * DAY_MS);
  const address: EndpointAddress = { endpointId, acceptedUntil: until.toISOString() };
  await replaceLogged(ports, 'configuration', item, { data: dataOf(address) });
}
