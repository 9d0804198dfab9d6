import { BlockList, isIP } from 'node:net';
import type { ArrivalFacts, QuarantineReason } from '../../domain/arrival.ts';
import type { JournalEndpoint } from '../../domain/journal-endpoint.ts';
import { InvalidRequestError } from '../../errors.ts';
import type { FilingDirectory } from './filing-context.ts';

/**
 * Why an arrival may not be filed for where it came from or went to; `undefined` where it may. An
 * endpoint that is gone meanwhile counts as former; one that refuses the source refuses it for all.
 */
export async function refusalOf(
  directory: Pick<FilingDirectory, 'endpoint'>,
  { source, envelope }: ArrivalFacts,
): Promise<QuarantineReason | undefined> {
  const live = source.endpointIds.filter((endpointId) => !source.formerEndpointIds?.includes(endpointId));
  const found = await Promise.all(live.map((endpointId) => directory.endpoint(endpointId)));
  const endpoints = found.filter((endpoint) => endpoint !== undefined && endpoint.deletedAt === undefined);
  if (endpoints.length === 0) return 'former_endpoint_address';
  const refused = endpoints.some((endpoint) => endpoint && !isAllowed(endpoint, envelope.remoteAddress));
  return refused ? 'source_not_allowed' : undefined;
}

function isAllowed({ allowedSources }: JournalEndpoint, remoteAddress: string | undefined): boolean {
  if (allowedSources.length === 0) return true;
  if (remoteAddress === undefined || isIP(remoteAddress) === 0) return false;
  return networksOf(allowedSources).check(remoteAddress, isIP(remoteAddress) === 6 ? 'ipv6' : 'ipv4');
}

/** Networks as `address/prefix` or single addresses; throws `InvalidRequestError` for anything else. */
export function networksOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix, ...rest] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const bits = prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix);
    const isValid = isIP(address) !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix ?? '0');
    if (!isValid || bits > (family === 'ipv6' ? 128 : 32)) {
      throw new InvalidRequestError(`"${network}" is no network; write it as 192.0.2.0/24 or 2001:db8::/32`);
    }
    list.addSubnet(address, bits, family);
  }
  return list;
}
