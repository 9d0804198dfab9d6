import { DnsError } from '../../errors.ts';
import type { Dns } from '../../ports/dns.ts';

/** DNS where it is switched off: every question throws `DnsError`, and asking again is of no use. */
export const noDns: Dns = { txt: off, addresses: off, mailExchangers: off, pointers: off };

async function off(): Promise<never> {
  throw new DnsError('it is switched off', { retryable: false });
}
