import { describe, expect, test } from 'vitest';
import { createSeededEntropy } from '../../../../shared/adapters/memory/memory-entropy.ts';
import { hashPassword, PASSWORD_COST, verifyPassword } from '../../../../shared/usecases/identity/password-hash.ts';
import { CHEAP } from '../configuration-world.ts';

const entropy = createSeededEntropy('passwords');

describe('password hashes', () => {
  test('belong to their password and carry their cost', async () => {
    const hash = await hashPassword(entropy, 'a long password', CHEAP);
    expect(await verifyPassword('a long password', hash)).toBe(true);
    expect(await verifyPassword('a long passwore', hash)).toBe(false);
    expect(hash).toContain('$m=8,t=1,p=1$');
  });

  test('differ for the same password', async () => {
    const hashes = [
      await hashPassword(entropy, 'a long password', CHEAP),
      await hashPassword(entropy, 'a long password', CHEAP),
    ];
    expect(new Set(hashes).size).toBe(2);
  });

  test('take a password typed in another Unicode form', async () => {
    const hash = await hashPassword(entropy, 'pässwörter', CHEAP);
    expect(await verifyPassword('pässwörter'.normalize('NFD'), hash)).toBe(true);
  });

  test.each([undefined, '', 'plain', '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$', '$2b$10$x'])(
    '%j belongs to no password',
    async (hash) => {
      expect(await verifyPassword('a long password', hash, CHEAP)).toBe(false);
    },
  );

  test('cost what OWASP asks for, off the event loop', async () => {
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 1);
    await Promise.all(Array.from({ length: 4 }, () => hashPassword(entropy, 'a long password')));
    clearInterval(ticking);
    expect(PASSWORD_COST).toEqual({ memoryKiB: 19_456, passes: 2 });
    expect(ticks).toBeGreaterThan(3);
  });

  test('refuse rather than queue without end', async () => {
    const many = await Promise.allSettled(Array.from({ length: 200 }, () => verifyPassword('x', undefined, CHEAP)));
    expect(many.some((one) => one.status === 'rejected' && one.reason.code === 'rate_limited')).toBe(true);
    expect(many.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(60);
  });
});
