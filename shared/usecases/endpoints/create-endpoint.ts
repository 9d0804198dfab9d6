import type { EndpointAddress, JournalEndpoint, UnknownAddresses } from '../../domain/journal-endpoint.ts';
import { ENDPOINT_LIST_SHARDS, type Mailbox } from '../../domain/mailbox.ts';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import { endpointAddressKey, endpointKey, mailboxKey } from '../configuration/configuration-keys.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { parseAllowedSources } from '../filing/allowed-sources.ts';
import { dataOf } from '../item-data.ts';
import { createLogged } from '../logged-item.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';
import { base32, newId } from '../new-id.ts';

export type EndpointContext = Pick<ConfigurationContext, 'ports' | 'addresses' | 'endpoints'>;

export interface EndpointRules {
  readonly unknownAddresses?: UnknownAddresses;
  /** Networks (CIDR), single addresses, `tls:`, `dkim:` and `spf:` names. */
  readonly allowedSources?: readonly string[];
  /** Host names as they stand after `by` in Received fields. */
  readonly trustedHosts?: readonly string[];
}

/** 128 bits: whoever does not know the address does not find it. */
const LOCAL_PART_BYTES = 16;
/** How many sources or hosts an endpoint names: each arrival is compared with all. */
const MAX_ENTRIES = 100;
const HOST = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;

/**
 * Creates an endpoint and the mailbox that receives all of it. Mailbox and address come before the
 * endpoint: a crash leaves an empty mailbox and an address that refuses mail, never mail that nobody
 * sees. Throws `InvalidRequestError`.
 */
export async function createEndpoint(
  { ports, addresses, endpoints }: EndpointContext,
  wanted: EndpointRules & { readonly name: string },
): Promise<JournalEndpoint> {
  const rules = await checkRules({ ports }, wanted);
  const createdAt = ports.clock.now().toISOString();
  const endpoint: JournalEndpoint = {
    endpointId: newId(ports, 'ep'),
    name: wanted.name,
    localPart: newLocalPart(ports),
    mailboxId: newId(ports, 'mb'),
    unknownAddresses: rules.unknownAddresses ?? 'endpoint-only',
    allowedSources: rules.allowedSources ?? [],
    trustedHosts: rules.trustedHosts ?? [],
    createdAt,
  };
  const { endpointId, mailboxId, name } = endpoint;
  const mailbox: Mailbox = {
    mailboxId,
    name,
    secondaryAddresses: [],
    endpointId,
    listShards: ENDPOINT_LIST_SHARDS,
    createdAt,
  };
  await createLogged(ports, 'configuration', mailboxKey(mailboxId), { data: dataOf(mailbox) });
  await createEndpointAddress({ ports }, endpoint);
  await createLogged(ports, 'configuration', endpointKey(endpointId), { data: dataOf(endpoint) });
  addresses.forgetMailbox(mailbox);
  endpoints.forget(endpoint);
  return endpoint;
}

export async function createEndpointAddress(
  { ports }: Pick<EndpointContext, 'ports'>,
  { localPart, endpointId }: Pick<JournalEndpoint, 'localPart' | 'endpointId'>,
): Promise<void> {
  const address: EndpointAddress = { endpointId };
  await createLogged(ports, 'configuration', endpointAddressKey(localPart), { data: dataOf(address) });
}

export function newLocalPart({ entropy }: EndpointContext['ports']): string {
  return `j-${base32(entropy.bytes(LOCAL_PART_BYTES))}`;
}

/** The rules as they are kept; throws `InvalidRequestError` naming what is wrong. */
export async function checkRules(
  { ports }: Pick<EndpointContext, 'ports'>,
  { unknownAddresses, allowedSources, trustedHosts }: EndpointRules,
): Promise<EndpointRules> {
  if (typeof unknownAddresses === 'object') await checkCatchAll({ ports }, unknownAddresses.mailboxId);
  if (allowedSources) {
    checkCount('allowedSources', allowedSources);
    parseAllowedSources(allowedSources);
  }
  const hosts = trustedHosts?.map((host) => host.toLowerCase());
  if (hosts) checkCount('trustedHosts', hosts);
  const wrong = hosts?.find((host) => !HOST.test(host));
  if (wrong !== undefined) throw new InvalidRequestError(`trustedHosts: "${wrong.slice(0, 100)}" is no host name`);
  return {
    ...(unknownAddresses === undefined ? {} : { unknownAddresses }),
    ...(allowedSources === undefined ? {} : { allowedSources }),
    ...(hosts === undefined ? {} : { trustedHosts: hosts }),
  };
}

async function checkCatchAll({ ports }: Pick<EndpointContext, 'ports'>, mailboxId: string): Promise<void> {
  try {
    await getMailbox(ports, mailboxId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new InvalidRequestError(`unknownAddresses: there is no mailbox ${mailboxId}`);
  }
}

function checkCount(field: string, entries: readonly string[]): void {
  if (entries.length > MAX_ENTRIES) throw new InvalidRequestError(`${field}: at most ${MAX_ENTRIES} entries`);
}
