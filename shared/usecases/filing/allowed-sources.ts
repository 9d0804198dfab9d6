import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { InvalidRequestError } from '../../errors.ts';

/** Where an endpoint takes mail from; what matches any of these is allowed. Names are in lower case, as DNS has them. */
export interface AllowedSources {
  readonly networks: BlockList;
  /** Names of client certificates; `*.` in front stands for any names below. */
  readonly tls: readonly string[];
  /** Signing domains; `*.` in front stands for the domain and any below it. */
  readonly dkim: readonly string[];
  /** Domains of MAIL FROM whose SPF policy names the sender. */
  readonly spf: readonly string[];
}

const NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;
/** What a host of a URL might hold beside a name; `domainToASCII` would cut it off. */
const NO_NAME = /[^a-z0-9._\u0080-\u{10ffff}-]/iu;
const FORMS =
  'a network as 192.0.2.0/24 or 2001:db8::/32, tls:mail.example.org, tls:*.example.org, dkim:example.org, dkim:*.example.org or spf:example.org';

/** Reads the entries of `allowedSources`; throws `InvalidRequestError` naming the first that is none. */
export function parseAllowedSources(entries: readonly string[]): AllowedSources {
  const networks = new BlockList();
  const named = { tls: [] as string[], dkim: [] as string[], spf: [] as string[] };
  for (const entry of entries) {
    const [, kind = '', name = ''] = /^(tls|dkim|spf):(.*)$/.exec(entry) ?? [];
    if (kind === 'tls' || kind === 'dkim' || kind === 'spf') named[kind].push(nameIn(entry, name, kind !== 'spf'));
    else addNetwork(networks, entry);
  }
  return { networks, ...named };
}

/** `*.` in front of a name is kept. */
function nameIn(entry: string, text: string, mayBeWild: boolean): string {
  const wild = mayBeWild && text.startsWith('*.') ? '*.' : '';
  const given = text.slice(wild.length);
  const name = domainToASCII(given).toLowerCase();
  if (NO_NAME.test(given) || !NAME.test(name) || isIP(name) !== 0) throw invalid(entry);
  return wild + name;
}

function addNetwork(networks: BlockList, entry: string): void {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  const bits = prefix === undefined ? most : Number(prefix);
  const isValid = isIP(address) !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix ?? '0') && bits <= most;
  if (!isValid) throw invalid(entry);
  networks.addSubnet(address, bits, family);
}

function invalid(entry: string): InvalidRequestError {
  return new InvalidRequestError(`allowedSources: "${entry.slice(0, 100)}" is none of ${FORMS}`);
}
