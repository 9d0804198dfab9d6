import { Resolver } from 'node:dns/promises';
import { DnsError } from '../../errors.ts';
import type { Dns } from '../../ports/dns.ts';

export interface SystemDnsOptions {
  /** Name servers, as `address` or `address:port` (IPv6 in brackets); default: those of the system. */
  readonly servers?: readonly string[];
  /** How long a question may take, repetitions included. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** How long one name server has, before the question is repeated or the next one is asked. */
const TRY_MS = 1_500;
const TRIES = 2;

/** There is no such name or record; or it is no name that there could be. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);
/** A name server answered, but not the question. */
const ANSWERED = new Set(['ESERVFAIL', 'EREFUSED', 'EFORMERR', 'ENOTIMP', 'EBADRESP']);

/** DNS as the resolver of Node asks it: no hosts file, no multicast. */
export function createSystemDns({ servers, timeoutMs = TIMEOUT_MS }: SystemDnsOptions = {}): Dns {
  async function ask<Answer>(type: string, question: (resolver: Resolver) => Promise<Answer[]>): Promise<Answer[]> {
    // One each: a resolver can only be told to give up everything that it was asked.
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (servers) resolver.setServers(servers);
    const timer = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      return await question(resolver);
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      if (NOTHING.has(code)) return [];
      throw new DnsError(`${type}, ${code}`, { cause, isAnswered: ANSWERED.has(code) });
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    txt: async (name) => {
      const records = await ask('TXT', (resolver) => resolver.resolveTxt(name));
      return records.map((strings) => strings.join(''));
    },
    addresses: (name, family) =>
      ask(family === 4 ? 'A' : 'AAAA', (resolver) =>
        family === 4 ? resolver.resolve4(name) : resolver.resolve6(name),
      ),
    mailExchangers: async (name) => {
      const records = await ask('MX', (resolver) => resolver.resolveMx(name));
      return records.map(({ priority, exchange }) => ({ priority, exchange }));
    },
    pointers: (name) => ask('PTR', (resolver) => resolver.resolvePtr(name)),
  };
}
