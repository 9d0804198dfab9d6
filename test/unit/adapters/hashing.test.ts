import { argon2Sync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSeededEntropy } from '../../../shared/adapters/memory/memory-entropy.ts';
import { createHashProcess, type HashProcess } from '../../../shared/adapters/processes/hashing.ts';
import { hashPassword, verifyPassword } from '../../../shared/usecases/identity/password-hash.ts';

let hashing: HashProcess;
const salt = Buffer.alloc(16, 1);
const parameters = (message: string) => {
  return { message: Buffer.from(message), nonce: salt, parallelism: 1, tagLength: 32, memory: 8, passes: 1 };
};

beforeEach(() => {
  hashing = createHashProcess();
});

afterEach(() => hashing.close());

test('gives the hashes that Node gives, each to whom it belongs', async () => {
  const messages = ['one', 'two', 'three'];
  const tags = await Promise.all(messages.map((message) => hashing.derive(parameters(message))));
  expect(tags).toEqual(messages.map((message) => argon2Sync('argon2id', parameters(message))));
});

test('makes and verifies password hashes with its own cost', async () => {
  const cost = { memoryKiB: 8, passes: 1, derive: hashing.derive };
  const hash = await hashPassword(createSeededEntropy('hashing'), 'a long password', cost);
  expect(await verifyPassword('a long password', hash, cost)).toBe(true);
  expect(await verifyPassword('a long passwore', hash)).toBe(false);
});

test('fails for parameters that are none, and goes on', async () => {
  await expect(hashing.derive({ ...parameters('x'), memory: 1 })).rejects.toMatchObject({ code: 'storage_failed' });
  expect(await hashing.derive(parameters('x'))).toHaveLength(32);
});

test('fails what was asked when it ends, and begins anew with the next', async () => {
  const asked = hashing.derive({ ...parameters('x'), memory: 65_536, passes: 10 });
  hashing.close();
  await expect(asked).rejects.toMatchObject({ code: 'storage_failed' });
  expect(await hashing.derive(parameters('x'))).toHaveLength(32);
});
