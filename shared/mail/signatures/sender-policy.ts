import { domainOf } from '../../domain/address.ts';
import type { Envelope } from '../../domain/arrival.ts';
import { DnsError } from '../../errors.ts';

/** What SPF asks of DNS; as the port `Dns` answers. */
export interface SpfLookup {
  txt(name: string): Promise<readonly string[]>;
  addresses(name: string, family: 4 | 6): Promise<readonly string[]>;
  mailExchangers(name: string): Promise<readonly { readonly priority: number; readonly exchange: string }[]>;
  pointers(name: string): Promise<readonly string[]>;
}

type SpfResolver = NonNullable<Parameters<typeof import('mailauth/lib/spf/index.js')['spf']>[0]['resolver']>;

/** Terms of a policy that ask DNS (RFC 7208, 4.6.4). Stops policies that include each other for ever. */
const MAX_LOOKUPS = 10;
/** Names in a policy that do not exist (RFC 7208, 4.6.4). Stops policies made to have others asked. */
const MAX_VOID_LOOKUPS = 2;

/**
 * Whether the domain of MAIL FROM allows the connecting address to send (RFC 7208, `pass`). The null reverse-path
 * has no domain. Throws `DnsError` where that cannot be told now, `maxMs` included.
 */
export async function passesSpf(
  { mailFrom, remoteAddress, helloName }: Pick<Envelope, 'mailFrom' | 'remoteAddress' | 'helloName'>,
  lookup: SpfLookup,
  maxMs: number,
): Promise<boolean> {
  if (domainOf(mailFrom) === '' || remoteAddress === undefined) return false;
  let failure: DnsError | undefined;
  const resolver: SpfResolver = async (name, type) => {
    try {
      return await answer(lookup, name, type);
    } catch (error) {
      if (error instanceof DnsError) failure = error;
      throw error instanceof DnsError ? Object.assign(new Error(error.message), { code: 'ESERVFAIL' }) : error;
    }
  };
  const { spf } = await import('mailauth/lib/spf/index.js');
  const { status } = await spf({
    sender: mailFrom,
    ip: remoteAddress,
    helo: helloName || 'unknown',
    mta: 'letterlock',
    maxResolveCount: MAX_LOOKUPS,
    maxVoidCount: MAX_VOID_LOOKUPS,
    maxElapsedTime: maxMs,
    resolver,
  });
  if (status.result === 'temperror') throw failure ?? new DnsError('SPF takes too long');
  return status.result === 'pass';
}

async function answer(lookup: SpfLookup, name: string, type: string): Promise<string[][] | string[]> {
  const found = await records(lookup, name, type);
  if (found.length === 0) throw Object.assign(new Error('no such record'), { code: 'ENODATA' });
  return found;
}

async function records(lookup: SpfLookup, name: string, type: string): Promise<string[][] | string[]> {
  switch (type) {
    case 'TXT':
      return (await lookup.txt(name)).map((text) => [text]);
    case 'A':
      return [...(await lookup.addresses(name, 4))];
    case 'AAAA':
      return [...(await lookup.addresses(name, 6))];
    case 'PTR':
      return [...(await lookup.pointers(name))];
    case 'MX':
      // The declared type knows only strings; what is read are the fields of node:dns.
      return (await lookup.mailExchangers(name)) as unknown as string[];
    default:
      return [];
  }
}
