import { isIP } from 'node:net';
import { domainOf } from '../../domain/address.ts';
import type { ArrivalFacts, Envelope, QuarantineReason } from '../../domain/arrival.ts';
import { ArchiveError, DnsError } from '../../errors.ts';
import { passesSpf } from '../../mail/signatures/sender-policy.ts';
import { isSignedBy } from '../../mail/signatures/signatures.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import { type AllowedSources, parseAllowedSources } from './allowed-sources.ts';

/** How long a policy may take to read: stops domains whose name servers take for ever. */
const MAX_SPF_SECONDS = 10;
/** How long an arrival may be hashed: stops bodies that take minutes. */
const MAX_DKIM_SECONDS = 60;
/** For how long after it came an arrival waits for DNS; then it is refused. */
const MAX_UNDECIDED_HOURS = 24;

/** Thrown while DNS does not say whether a source is allowed: the arrival comes again later. */
class SourceUndecidedError extends ArchiveError {
  override readonly name = 'SourceUndecidedError';
  override readonly code = 'source_undecided';
  override readonly retryable = true;

  constructor(cause: DnsError) {
    super('DNS does not tell whether the source is allowed; the arrival is filed once it does', { cause });
  }
}

interface SourceContext {
  readonly ports: Pick<Ports, 'dns' | 'clock'>;
  readonly directory: Pick<FilingDirectory, 'endpoint'>;
}

/**
 * Why an arrival may not be filed for where it came from or went to; `undefined` where it may. An endpoint that is
 * gone meanwhile counts as former; one that refuses the source refuses it for all. Networks and certificates decide
 * without DNS. Throws a retryable error while DNS, if it has to be asked, gives no answer, for a day.
 */
export async function refusalOf(
  { ports, directory }: SourceContext,
  { facts, raw }: { readonly facts: ArrivalFacts; readonly raw: Uint8Array },
): Promise<QuarantineReason | undefined> {
  const { source, envelope } = facts;
  const live = source.endpointIds.filter((endpointId) => !source.formerEndpointIds?.includes(endpointId));
  const found = await Promise.all(live.map((endpointId) => directory.endpoint(endpointId)));
  const endpoints = found.filter((endpoint) => endpoint !== undefined && endpoint.deletedAt === undefined);
  if (endpoints.length === 0) return 'former_endpoint_address';
  for (const endpoint of endpoints) {
    if (!endpoint || endpoint.allowedSources.length === 0) continue;
    const allowed = parseAllowedSources(endpoint.allowedSources);
    if (isAllowedConnection(allowed, envelope)) continue;
    if (!(await isAllowedByDns(ports, allowed, facts, raw))) return 'source_not_allowed';
  }
  return undefined;
}

function isAllowedConnection({ networks, tls }: AllowedSources, { remoteAddress, tlsNames = [] }: Envelope): boolean {
  const family = isIP(remoteAddress ?? '');
  const isNear =
    remoteAddress !== undefined && family !== 0 && networks.check(remoteAddress, family === 6 ? 'ipv6' : 'ipv4');
  return isNear || tls.some((wanted) => tlsNames.some((name) => isCertified(wanted, name)));
}

/** Whether the name of a certificate, which may be for all names one level below another (RFC 9525, 6.3), is a wanted one. */
function isCertified(wanted: string, name: string): boolean {
  if (name === wanted) return true;
  if (wanted.startsWith('*.')) return name.endsWith(wanted.slice(1));
  return name.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === name.slice(1);
}

async function isAllowedByDns(
  ports: SourceContext['ports'],
  { dkim, spf }: AllowedSources,
  { receivedAt, envelope }: ArrivalFacts,
  raw: Uint8Array,
): Promise<boolean> {
  const { dns, clock } = ports;
  const received = new Date(receivedAt);
  const signal = AbortSignal.timeout(MAX_DKIM_SECONDS * 1000);
  const checks = [
    async () => spf.includes(domainOf(envelope.mailFrom)) && (await passesSpf(envelope, dns, MAX_SPF_SECONDS * 1000)),
    async () =>
      dkim.length > 0 &&
      (await isSignedBy(raw, (domain) => dkim.some((wanted) => isBelow(wanted, domain)), {
        lookup: (name) => dns.txt(name),
        receivedAt: received,
        signal,
      })),
  ];
  let failure: DnsError | undefined;
  for (const check of checks) {
    try {
      if (await check()) return true;
    } catch (error) {
      if (!(error instanceof DnsError)) throw error;
      if (error.retryable) failure ??= error;
    }
  }
  const isOverdue = clock.now().getTime() - received.getTime() >= MAX_UNDECIDED_HOURS * 60 * 60 * 1000;
  if (failure && !isOverdue) throw new SourceUndecidedError(failure);
  return false;
}

function isBelow(wanted: string, domain: string): boolean {
  if (!wanted.startsWith('*.')) return domain === wanted;
  return domain === wanted.slice(2) || domain.endsWith(wanted.slice(1));
}
