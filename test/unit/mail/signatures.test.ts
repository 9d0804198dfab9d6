import { describe, expect, test } from 'vitest';
import { createMemoryDns } from '../../../shared/adapters/memory/memory-dns.ts';
import { isSignedBy, unverifiedSignatures, verifySignatures } from '../../../shared/mail/signatures/signatures.ts';
import { message } from './message.ts';
import { arcSealed, dkimSigned, newKey, recordsOf, type SigningKey } from './signed-mail.ts';

const key = newKey('example.org');
const other = newKey('example.net', 'k1');
const testing = newKey('testing.test', 'k', 't=y; ');
const dns = createMemoryDns({ txt: recordsOf(key, other, testing) });
const receivedAt = new Date('2026-03-01T10:00:00Z');
const plain = message({ From: 'a@example.org', To: 'b@example.net', Subject: 's' }, 'Hello\r\n\r\nbody\r\n');

const options = (lookup: (name: string) => Promise<readonly string[]> = dns.txt) => ({
  lookup,
  receivedAt,
  signal: new AbortController().signal,
});
const verify = (raw: Buffer, lookup?: (name: string) => Promise<readonly string[]>) =>
  verifySignatures(raw, options(lookup));
const resultsOf = async (raw: Buffer) => (await verify(raw)).map(({ result }) => result);
const changed = (raw: Buffer, from: string | RegExp, to: string) =>
  Buffer.from(raw.toString('latin1').replace(from, to), 'latin1');

describe('a DKIM signature', () => {
  test('passes, and is told with the key that was found', async () => {
    expect(await verify(await dkimSigned(plain, key))).toEqual([
      { kind: 'dkim', domain: 'example.org', selector: 'mail', result: 'pass', key: key.record },
    ]);
  });

  test.each<[string, (raw: Buffer) => Buffer, string]>([
    ['whose body was changed fails', (raw) => changed(raw, 'Hello', 'Hallo'), 'fail'],
    ['whose header was changed fails', (raw) => changed(raw, 'Subject: s', 'Subject: t'), 'fail'],
    ['above which fields were added passes', (raw) => Buffer.concat([Buffer.from('Received: x\r\n'), raw]), 'pass'],
    [
      'behind an mbox line passes',
      (raw) => Buffer.concat([Buffer.from('From a@b Sun Mar  1 10:00:00 2026\n'), raw]),
      'pass',
    ],
    [
      'of mail stored with LF alone passes',
      (raw) => Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
      'pass',
    ],
    ['whose tags are broken is neutral', (raw) => changed(raw, 'a=rsa-sha256', 'a=rot13'), 'neutral'],
    ['whose canonicalisation is empty is policy', (raw) => changed(raw, /c=[^;]+/, 'c=/'), 'policy'],
    ['whose selector has no key fails for good', (raw) => changed(raw, 's=mail', 's=gone'), 'permerror'],
    ['whose domain is no name fails for good', (raw) => changed(raw, 'd=example.org', 'd=../example.org'), 'permerror'],
  ])('%s', async (_name, change, result) => {
    expect(await resultsOf(change(await dkimSigned(plain, key)))).toEqual([result]);
  });

  test('that expired before the message came is neutral, and one that expired later passes', async () => {
    const at = async (expires: string) =>
      await resultsOf(await dkimSigned(plain, key, { expires: new Date(expires), signTime: new Date('2026-01-01') }));
    expect(await at('2026-02-01T00:00:00Z')).toEqual(['neutral']);
    expect(await at('2026-03-02T00:00:00Z')).toEqual(['pass']);
  });

  test('by rsa-sha1 is refused by policy', async () => {
    expect(await resultsOf(await dkimSigned(plain, key, { algorithm: 'rsa-sha1' }))).toEqual(['policy']);
  });

  test('keeps its key where the body alone tells that it is broken', async () => {
    const [found] = await verify(changed(await dkimSigned(plain, key), 'Hello', 'Hallo'));
    expect(found?.key).toBe(key.record);
  });

  test.each([
    ['refused', 'temperror'],
    ['silent', 'unknown'],
  ] as const)('is %s by DNS: %s', async (failure, result) => {
    const failing = createMemoryDns();
    failing.failure = failure;
    const [found] = await verify(await dkimSigned(plain, key), failing.txt);
    expect(found).toMatchObject({ result, failure: { code: 'dns_failed' } });
    expect(found).not.toHaveProperty('key');
  });

  test('does not depend on the one below it', async () => {
    const twice = await dkimSigned(await dkimSigned(plain, other), key);
    const found = await verify(twice);
    expect(found.map(({ domain, result }) => [domain, result])).toEqual([
      ['example.org', 'pass'],
      ['example.net', 'pass'],
    ]);
  });
});

describe('an ARC chain', () => {
  const chain = async () => await arcSealed(await arcSealed(await dkimSigned(plain, key), other, 'none'), key, 'pass');

  test('passes as a whole, each seal with its key', async () => {
    const found = await verify(await chain());
    expect(found.map(({ kind, domain, result, key: text }) => [kind, domain, result, text])).toEqual([
      ['arc', 'example.org', 'pass', key.record],
      ['arc', 'example.net', 'pass', other.record],
      ['dkim', 'example.org', 'pass', key.record],
    ]);
  });

  test('fails as a whole where a seal is broken', async () => {
    const found = await verify(
      changed(
        await chain(),
        'ARC-Authentication-Results: i=1; example.net',
        'ARC-Authentication-Results: i=1; example.com',
      ),
    );
    expect(found.filter(({ kind }) => kind === 'arc').map(({ result }) => result)).toEqual(['fail', 'fail']);
  });

  test('is unknown where the key of one seal cannot be asked for', async () => {
    const failing = createMemoryDns();
    failing.failure = 'silent';
    const lookup = (name: string) => (name === other.name ? failing.txt(name) : dns.txt(name));
    const found = await verify(await chain(), lookup);
    expect(found.map(({ result }) => result)).toEqual(['unknown', 'unknown', 'pass']);
  });

  test('names who signed the message, where that is not who sealed it', async () => {
    const one = await arcSealed(Buffer.from(plain), key, 'none');
    const found = await verify(changed(one, /(ARC-Message-Signature:[\s\S]*?d=)example\.org/, '$1example.net'));
    expect(found.map(({ kind, domain }) => [kind, domain])).toEqual([
      ['arc', 'example.org'],
      ['arc', 'example.net'],
    ]);
  });
});

describe('what is beyond the limits', () => {
  const filler = (fields: string) => Buffer.concat([Buffer.from(fields), plain]);

  test('is policy for signatures after the tenth, and DNS is not asked for them', async () => {
    const surplus = 'DKIM-Signature: v=1; a=rsa-sha256; d=evil.test; s=k; h=from; bh=x; b=y\r\n'.repeat(30);
    const asked = createMemoryDns({ txt: recordsOf(key) });
    const top = await dkimSigned(filler(surplus), key);
    const results = (await verify(top, asked.txt)).map(({ result }) => result);
    expect(results.slice(0, 10)).toEqual(['pass', ...Array.from({ length: 9 }, () => 'fail')]);
    expect(new Set(results.slice(10))).toEqual(new Set(['policy']));
    expect(asked.asked).toEqual([key.name, 'k._domainkey.evil.test']);
  });

  test.each([
    ['a header section without end', `X: ${'x\r\n '.repeat(100_000)}y\r\n`],
    ['lines without end', 'X: y\r\n'.repeat(4_000)],
    ['blanks without end', `X: y${' '.repeat(5_000)}z\r\n`],
    ['carriage returns without end', `X: y${'\r'.repeat(5_000)}z\r\n`],
    ['lines that are no field', 'DKIM-Signature\r\n : v=1\r\n'],
  ])('is policy below %s', async (_name, fields) => {
    expect(await resultsOf(filler(`DKIM-Signature: d=example.org; s=mail; b=x\r\n${fields}`))).toEqual(['policy']);
  });

  test('is policy for a body that is one long line', async () => {
    const raw = Buffer.concat([await dkimSigned(plain, key), Buffer.alloc(2 * 1024 * 1024, 'x')]);
    expect(await resultsOf(raw)).toEqual(['policy']);
  });

  test('is policy where the time is over', async () => {
    const raw = await dkimSigned(Buffer.concat([plain, Buffer.alloc(1024 * 1024, 'x\r\n')]), key);
    const found = await verifySignatures(raw, { ...options(), signal: AbortSignal.abort() });
    expect(found.map(({ result }) => result)).toEqual(['policy']);
  });

  test('keeps no key that is no key', async () => {
    const long = createMemoryDns({ txt: { [key.name]: [`v=DKIM1; p=${'A'.repeat(5_000)}`] } });
    expect(await verify(await dkimSigned(plain, key), long.txt)).toEqual([
      { kind: 'dkim', domain: 'example.org', selector: 'mail', result: 'permerror' },
    ]);
  });
});

test('a large body is hashed in pieces to the same end', async () => {
  const body = Array.from(
    { length: 40_000 },
    (_, line) => `line ${line} \t of a long  letter${line % 3 ? '\r\n' : ' \r\n\r\n'}`,
  );
  const large = message({ From: 'a@example.org' }, body.join(''));
  for (const canonicalization of ['simple/simple', 'relaxed/relaxed']) {
    expect(await resultsOf(await dkimSigned(large, key, { canonicalization }))).toEqual(['pass']);
  }
});

test('unverified signatures are listed as unknown', async () => {
  expect(unverifiedSignatures(await dkimSigned(plain, key))).toEqual([
    { kind: 'dkim', domain: 'example.org', selector: 'mail', result: 'unknown' },
  ]);
});

describe('isSignedBy', () => {
  const asks = (raw: Buffer, domain = 'example.org', lookup?: (name: string) => Promise<readonly string[]>) =>
    isSignedBy(raw, (one) => one === domain, options(lookup));
  const signed = (by: SigningKey = key) => dkimSigned(plain, by);

  test('is true for a valid signature of the domain, and asks for no other key', async () => {
    const asked = createMemoryDns({ txt: recordsOf(key, other) });
    expect(await asks(await dkimSigned(await signed(), other), 'example.org', asked.txt)).toBe(true);
    expect(asked.asked).toEqual([key.name]);
  });

  test.each<[string, () => Promise<Buffer>, string?]>([
    ['an unsigned message', async () => plain],
    ['a signature of another domain', () => signed(other)],
    ['a changed body', async () => changed(await signed(), 'Hello', 'Hallo')],
    ['a domain that was written over', async () => changed(await signed(other), 'd=example.net', 'd=example.org')],
    ['a second From', async () => Buffer.concat([Buffer.from('From: boss@example.org\r\n'), await signed()])],
    ['a signature over the beginning of the body alone', () => dkimSigned(plain, key, { maxBodyLength: 5 })],
    ['a key that is only tried out', () => signed(testing), 'testing.test'],
  ])('is false for %s', async (_name, raw, domain) => {
    expect(await asks(await raw(), domain)).toBe(false);
  });

  test('is true below any number of signatures of others', async () => {
    const bogus = 'DKIM-Signature: v=1; a=rsa-sha256; d=evil.test; s=k; h=from; bh=x; b=y\r\n'.repeat(30);
    expect(await asks(Buffer.concat([Buffer.from(bogus), await signed()]))).toBe(true);
  });

  test('throws where DNS cannot tell', async () => {
    const failing = createMemoryDns();
    failing.failure = 'silent';
    await expect(asks(await signed(), 'example.org', failing.txt)).rejects.toMatchObject({ code: 'dns_failed' });
  });
});
