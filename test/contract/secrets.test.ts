import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createSeededEntropy } from '../../shared/adapters/memory/memory-entropy.ts';
import { createMemorySecrets } from '../../shared/adapters/memory/memory-secrets.ts';
import { createFileSecrets } from '../../shared/adapters/system/file-secrets.ts';
import { DamagedError, StorageError } from '../../shared/errors.ts';
import { secretsContract } from './secrets-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

secretsContract('memory', async () => ({
  secrets: createMemorySecrets(createSeededEntropy('seed')),
  close: async () => {},
}));

secretsContract('file', async () => {
  const { path, remove } = await temporaryDirectory();
  const open = () => createFileSecrets(`${path}/secrets`);
  return { secrets: open(), reopen: open, close: remove };
});

test('a secret file is for its owner only, and nothing lies beside it', async () => {
  const { path, remove } = await temporaryDirectory();
  await createFileSecrets(`${path}/secrets`).get('url-signing');
  expect((await stat(`${path}/secrets/url-signing`)).mode & 0o777).toBe(0o600);
  expect((await stat(`${path}/secrets`)).mode & 0o777).toBe(0o700);
  expect(await readdir(`${path}/secrets`)).toEqual(['url-signing']);
  await remove();
});

test('a secret file of another length is damaged and stays', async () => {
  const { path, remove } = await temporaryDirectory();
  await writeFile(`${path}/url-signing`, 'short');
  const secrets = createFileSecrets(path);
  await expect(secrets.get('url-signing')).rejects.toThrow(DamagedError);
  await expect(secrets.get('url-signing')).rejects.toThrow(DamagedError);
  await remove();
});

test('a directory that cannot be made is a StorageError', async () => {
  const { path, remove } = await temporaryDirectory();
  await writeFile(`${path}/file`, '');
  await chmod(`${path}/file`, 0o600);
  await expect(createFileSecrets(`${path}/file`).get('url-signing')).rejects.toThrow(StorageError);
  await remove();
});
