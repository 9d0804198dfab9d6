import { describe, expect, test } from 'vitest';
import { createMemoryDns } from '../../shared/adapters/memory/memory-dns.ts';
import { noDns } from '../../shared/adapters/system/no-dns.ts';
import { createSystemDns } from '../../shared/adapters/system/system-dns.ts';
import { dnsContract, ZONE } from './dns-contract.ts';
import { silentNameServer } from './silent-name-server.ts';

// The adapter for real name servers goes through the same in test/servers/dns.test.ts.
describe('Dns: memory', () => dnsContract(() => createMemoryDns(ZONE)));

describe('DNS without an answer', () => {
  test('is a DnsError once the time is over', async () => {
    const server = await silentNameServer();
    try {
      const dns = createSystemDns({ servers: [server.address], timeoutMs: 50 });
      await expect(dns.txt('letterlock.test')).rejects.toMatchObject({
        code: 'dns_failed',
        retryable: true,
        isAnswered: false,
      });
      expect(server.questions()).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });

  test('is a DnsError that is of no use to repeat where it is switched off', async () => {
    for (const question of [
      noDns.txt('a.test'),
      noDns.addresses('a.test', 4),
      noDns.mailExchangers('a.test'),
      noDns.pointers('a.test'),
    ]) {
      await expect(question).rejects.toMatchObject({ code: 'dns_failed', retryable: false });
    }
  });
});
