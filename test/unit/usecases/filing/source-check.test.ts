import { beforeAll, describe, expect, test } from 'vitest';
import { createManualClock } from '../../../../shared/adapters/memory/memory-clock.ts';
import { createMemoryDns } from '../../../../shared/adapters/memory/memory-dns.ts';
import { noDns } from '../../../../shared/adapters/system/no-dns.ts';
import type { ArrivalFacts, Envelope } from '../../../../shared/domain/arrival.ts';
import type { JournalEndpoint } from '../../../../shared/domain/journal-endpoint.ts';
import { refusalOf } from '../../../../shared/usecases/filing/source-check.ts';
import { message } from '../../mail/message.ts';
import { dkimSigned, newKey, recordsOf } from '../../mail/signed-mail.ts';

const key = newKey('example.org');
const below = newKey('mail.example.org');
const zone = {
  txt: {
    ...recordsOf(key, below),
    'example.org': ['other text', 'v=spf1 ip4:192.0.2.0/24 include:_spf.example.net mx -all'],
    '_spf.example.net': ['v=spf1 a:out.example.net -all'],
    'soft.test': ['v=spf1 ip4:198.51.100.1 ~all'],
    'broken.test': ['v=spf1 nonsense'],
    'endless.test': ['v=spf1 include:endless.test -all'],
  },
  a: { 'out.example.net': ['198.51.100.7'], 'mx.example.org': ['198.51.100.8'] },
  mx: { 'example.org': [{ priority: 10, exchange: 'mx.example.org' }] },
};
const plain = message({ From: 'a@example.org' }, 'Hello\r\n');
const receivedAt = new Date('2026-03-01T10:00:00.000Z');
const mails: Record<string, Buffer> = { plain };

beforeAll(async () => {
  mails.signed = await dkimSigned(plain, key);
  mails.below = await dkimSigned(plain, below);
  mails.forged = Buffer.from(mails.signed.toString().replace('Hello', 'Hallo'));
});

function endpoint(allowedSources: readonly string[], endpointId = 'ep-1'): JournalEndpoint {
  const createdAt = receivedAt.toISOString();
  const names = { endpointId, name: 'journal', localPart: 'j-1', mailboxId: 'mb-1', createdAt };
  return { ...names, unknownAddresses: 'endpoint-only', trustedHosts: [], allowedSources };
}

function contextOf(...endpoints: readonly JournalEndpoint[]) {
  const dns = createMemoryDns(zone);
  const clock = createManualClock(receivedAt);
  const directory = { endpoint: async (id: string) => endpoints.find(({ endpointId }) => endpointId === id) };
  return { dns, clock, ports: { dns, clock }, directory };
}

function factsOf(envelope: Partial<Envelope>, endpointIds = ['ep-1']): ArrivalFacts {
  const source = { kind: 'journal', endpointIds } as const;
  return { receivedAt: receivedAt.toISOString(), source, envelope: { mailFrom: '', rcptTo: [], ...envelope } };
}

const exchange = { tlsNames: ['mail.protection.outlook.com', '*.olc.protection.outlook.com'] };
const nets = ['192.0.2.0/24', '2001:db8::/32', '203.0.113.9'];

interface Row {
  readonly allowed: readonly string[];
  readonly from: Partial<Envelope>;
  readonly mail?: string;
  readonly isAllowed: boolean;
}

const rows: readonly Row[] = [
  { allowed: [], from: {}, isAllowed: true },
  { allowed: nets, from: { remoteAddress: '192.0.2.200' }, isAllowed: true },
  { allowed: nets, from: { remoteAddress: '203.0.113.9' }, isAllowed: true },
  { allowed: nets, from: { remoteAddress: '203.0.113.8' }, isAllowed: false },
  { allowed: nets, from: { remoteAddress: '2001:db8:1::1' }, isAllowed: true },
  { allowed: nets, from: { remoteAddress: '::ffff:192.0.2.1' }, isAllowed: true },
  { allowed: nets, from: { remoteAddress: 'unknown' }, isAllowed: false },
  { allowed: nets, from: {}, isAllowed: false },
  { allowed: ['tls:mail.protection.outlook.com'], from: exchange, isAllowed: true },
  { allowed: ['tls:*.protection.outlook.com'], from: exchange, isAllowed: true },
  { allowed: ['tls:*.outlook.com'], from: { tlsNames: ['outlook.com'] }, isAllowed: false },
  { allowed: ['tls:*.outlook.com'], from: { tlsNames: ['evil-outlook.com'] }, isAllowed: false },
  { allowed: ['tls:outlook.com'], from: exchange, isAllowed: false },
  { allowed: ['tls:mail.example.org'], from: { tlsNames: ['*.example.org'] }, isAllowed: true },
  { allowed: ['tls:a.mail.example.org'], from: { tlsNames: ['*.example.org'] }, isAllowed: false },
  { allowed: ['tls:*.mail.example.org'], from: { tlsNames: ['*.example.org'] }, isAllowed: false },
  { allowed: ['tls:mail.example.org'], from: { helloName: 'mail.example.org' }, isAllowed: false },
  { allowed: ['dkim:example.org'], from: {}, mail: 'signed', isAllowed: true },
  { allowed: ['dkim:example.org'], from: {}, mail: 'below', isAllowed: false },
  { allowed: ['dkim:*.example.org'], from: {}, mail: 'below', isAllowed: true },
  { allowed: ['dkim:*.example.org'], from: {}, mail: 'signed', isAllowed: true },
  { allowed: ['dkim:*.ample.org'], from: {}, mail: 'signed', isAllowed: false },
  { allowed: ['dkim:example.org'], from: {}, mail: 'forged', isAllowed: false },
  { allowed: ['dkim:example.org'], from: {}, isAllowed: false },
  { allowed: ['spf:example.org'], from: { mailFrom: 'j@example.org', remoteAddress: '192.0.2.1' }, isAllowed: true },
  { allowed: ['spf:example.org'], from: { mailFrom: 'j@EXAMPLE.org', remoteAddress: '198.51.100.7' }, isAllowed: true },
  { allowed: ['spf:example.org'], from: { mailFrom: 'j@example.org', remoteAddress: '198.51.100.8' }, isAllowed: true },
  { allowed: ['spf:example.org'], from: { mailFrom: 'j@example.org', remoteAddress: '203.0.113.1' }, isAllowed: false },
  { allowed: ['spf:example.org'], from: { mailFrom: 'j@soft.test', remoteAddress: '198.51.100.1' }, isAllowed: false },
  { allowed: ['spf:example.org'], from: { mailFrom: 'j@a.example.org', remoteAddress: '192.0.2.1' }, isAllowed: false },
  { allowed: ['spf:example.org'], from: { remoteAddress: '192.0.2.1', helloName: 'example.org' }, isAllowed: false },
  { allowed: ['spf:example.org'], from: { mailFrom: 'j@example.org' }, isAllowed: false },
  { allowed: ['spf:soft.test'], from: { mailFrom: 'j@soft.test', remoteAddress: '203.0.113.1' }, isAllowed: false },
  { allowed: ['spf:none.test'], from: { mailFrom: 'j@none.test', remoteAddress: '203.0.113.1' }, isAllowed: false },
  { allowed: ['spf:broken.test'], from: { mailFrom: 'j@broken.test', remoteAddress: '203.0.113.1' }, isAllowed: false },
  {
    allowed: ['spf:endless.test'],
    from: { mailFrom: 'j@endless.test', remoteAddress: '203.0.113.1' },
    isAllowed: false,
  },
  { allowed: [...nets, 'tls:x.test', 'spf:x.test', 'dkim:example.org'], from: {}, mail: 'signed', isAllowed: true },
];

describe('an arrival', () => {
  test.each(rows.map((row) => ({ ...row, says: row.isAllowed ? 'may come' : 'is refused' })))(
    'from $from, $mail, $says where $allowed may deliver',
    async ({ allowed, from, mail = 'plain', isAllowed }) => {
      const context = contextOf(endpoint(allowed));
      const refusal = await refusalOf(context, { facts: factsOf(from), raw: mails[mail] ?? plain });
      expect(refusal).toBe(isAllowed ? undefined : 'source_not_allowed');
    },
  );

  test('is refused by one endpoint for all that it came to', async () => {
    const context = contextOf(endpoint(['192.0.2.0/24']), endpoint(['198.51.100.0/24'], 'ep-2'), endpoint([], 'ep-3'));
    const refusal = (...ids: string[]) =>
      refusalOf(context, { facts: factsOf({ remoteAddress: '192.0.2.1' }, ids), raw: plain });
    expect(await refusal('ep-1', 'ep-3')).toBeUndefined();
    expect(await refusal('ep-1', 'ep-2')).toBe('source_not_allowed');
    expect(await refusal('ep-gone')).toBe('former_endpoint_address');
  });
});

describe('DNS', () => {
  const both = ['192.0.2.0/24', 'tls:mx.test', 'dkim:example.org', 'spf:example.org'];
  const check = (context: ReturnType<typeof contextOf>, from: Partial<Envelope>, mail = 'plain') =>
    refusalOf(context, { facts: factsOf(from), raw: mails[mail] ?? plain });

  test.each<[string, Partial<Envelope>, string]>([
    ['a network allows', { remoteAddress: '192.0.2.1', mailFrom: 'j@example.org' }, 'signed'],
    ['a certificate allows', { tlsNames: ['mx.test'], mailFrom: 'j@example.org' }, 'signed'],
    ['nothing of these domains is there', { mailFrom: 'j@else.test', remoteAddress: '203.0.113.1' }, 'plain'],
    ['only others signed', { remoteAddress: '203.0.113.1' }, 'below'],
  ])('is not asked where %s', async (_name, from, mail) => {
    const context = contextOf(endpoint(both));
    await check(context, from, mail);
    expect(context.dns.asked).toEqual([]);
  });

  const undecided: readonly [string, Partial<Envelope>, string][] = [
    ['SPF', { mailFrom: 'j@example.org', remoteAddress: '203.0.113.1' }, 'plain'],
    ['DKIM', {}, 'signed'],
  ];

  test.each(undecided)('without an answer for %s lets the arrival come again, for a day', async (_name, from, mail) => {
    const context = contextOf(endpoint(both));
    context.dns.failure = 'silent';
    await expect(check(context, from, mail)).rejects.toMatchObject({ code: 'source_undecided', retryable: true });
    context.clock.advance(24 * 60 * 60 * 1000 - 1);
    await expect(check(context, from, mail)).rejects.toMatchObject({ code: 'source_undecided' });
    context.clock.advance(1);
    expect(await check(context, from, mail)).toBe('source_not_allowed');
  });

  test('without an answer for one does not keep the other from allowing', async () => {
    const context = contextOf(endpoint(both));
    const silent = createMemoryDns();
    silent.failure = 'silent';
    const dns = { ...context.dns, txt: (name: string) => (name === key.name ? context.dns : silent).txt(name) };
    const facts = factsOf({ mailFrom: 'j@example.org', remoteAddress: '203.0.113.1' });
    const raw = mails.signed ?? plain;
    expect(await refusalOf({ ...context, ports: { ...context.ports, dns } }, { facts, raw })).toBeUndefined();
  });

  test('switched off refuses at once', async () => {
    const context = { ...contextOf(endpoint(both)), ports: { dns: noDns, clock: createManualClock(receivedAt) } };
    const facts = factsOf({ mailFrom: 'j@example.org', remoteAddress: '192.0.3.1' });
    expect(await refusalOf(context, { facts, raw: mails.signed ?? plain })).toBe('source_not_allowed');
  });
});
