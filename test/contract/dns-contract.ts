import { expect, test } from 'vitest';
import type { MemoryZone } from '../../shared/adapters/memory/memory-dns.ts';
import type { Dns } from '../../shared/ports/dns.ts';

/** A record longer than one string of 255 bytes (RFC 1035, 3.3.14). */
const LONG = `v=DKIM1; p=${'abcdefghij'.repeat(60)}`;

/** What the DNS under test has to hold. */
export const ZONE = {
  txt: { 'long._domainkey.letterlock.test': [LONG], 'two.letterlock.test': ['one', 'two; with "quotes"'] },
  a: { 'host.letterlock.test': ['192.0.2.1', '192.0.2.2'] },
  aaaa: { 'host.letterlock.test': ['2001:db8::1'] },
  mx: { 'letterlock.test': [{ priority: 10, exchange: 'host.letterlock.test' }] },
  ptr: { '1.2.0.192.in-addr.arpa': ['host.letterlock.test'] },
} as const satisfies MemoryZone;

/** What every adapter of the port does. */
export function dnsContract(dns: () => Dns): void {
  test('joins the strings of a text, and answers each text of a name', async () => {
    expect(await dns().txt('long._domainkey.letterlock.test')).toEqual([LONG]);
    expect([...(await dns().txt('two.letterlock.test'))].sort()).toEqual(['one', 'two; with "quotes"']);
  });

  test('answers addresses of one family', async () => {
    expect([...(await dns().addresses('host.letterlock.test', 4))].sort()).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(await dns().addresses('host.letterlock.test', 6)).toEqual(['2001:db8::1']);
  });

  test('answers mail exchangers and pointers', async () => {
    expect(await dns().mailExchangers('letterlock.test')).toEqual(ZONE.mx['letterlock.test']);
    expect(await dns().pointers('1.2.0.192.in-addr.arpa')).toEqual(['host.letterlock.test']);
  });

  test('takes names in any case', async () => {
    expect(await dns().txt('LONG._DomainKey.letterlock.TEST')).toEqual([LONG]);
  });

  test.each(['none.letterlock.test', 'letterlock.test', 'a..letterlock.test', `${'a'.repeat(64)}.letterlock.test`])(
    'answers nothing where there is no such record: %s',
    async (name) => {
      expect(await dns().txt(name)).toEqual([]);
    },
  );
}
