import { DnsError } from '../../errors.ts';
import type { Dns, MailExchanger } from '../../ports/dns.ts';

/** Records by name, lower case. */
export interface MemoryZone {
  readonly txt?: Readonly<Record<string, readonly string[]>>;
  readonly a?: Readonly<Record<string, readonly string[]>>;
  readonly aaaa?: Readonly<Record<string, readonly string[]>>;
  readonly mx?: Readonly<Record<string, readonly MailExchanger[]>>;
  readonly ptr?: Readonly<Record<string, readonly string[]>>;
}

/** DNS that holds what it is given. */
export interface MemoryDns extends Dns {
  /** The names that were asked for so far, in order. */
  readonly asked: readonly string[];
  zone: MemoryZone;
  /** While set, no question is answered. */
  failure: 'refused' | 'silent' | undefined;
}

export function createMemoryDns(zone: MemoryZone = {}): MemoryDns {
  const asked: string[] = [];
  const dns: MemoryDns = {
    asked,
    zone,
    failure: undefined,
    txt: async (name) => answer(name, dns.zone.txt),
    addresses: async (name, family) => answer(name, family === 4 ? dns.zone.a : dns.zone.aaaa),
    mailExchangers: async (name) => answer(name, dns.zone.mx),
    pointers: async (name) => answer(name, dns.zone.ptr),
  };
  function answer<Record>(name: string, records: Readonly<{ [name: string]: readonly Record[] }> = {}) {
    asked.push(name);
    if (dns.failure) throw new DnsError(dns.failure, { isAnswered: dns.failure === 'refused' });
    return records[name.toLowerCase()] ?? [];
  }
  return dns;
}
