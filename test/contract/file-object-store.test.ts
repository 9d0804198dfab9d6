import fs, { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { verifyTemporaryUrl } from '../../shared/adapters/file/temporary-url.ts';
import { DamagedError, InvalidRequestError, StorageError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { broken, bytes, collected } from './bytes.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const signingKey = new Uint8Array(32).fill(7);
const now = new Date('2026-01-01T00:00:00.500Z');

describe('the file store', () => {
  let root: string;
  let remove: () => Promise<void>;
  let store: ObjectStore;
  const open = () => openFileObjectStore({ root, urlSigner: { bucket: 'derived', signingKey } });
  beforeEach(async () => {
    ({ path: root, remove } = await temporaryDirectory());
    store = await open();
  });
  afterEach(() => remove());

  test('keeps an object at the path of its key, for its owner only', async () => {
    await store.put('messages/ab/x', bytes('x'));
    expect((await stat(join(root, 'messages/ab/x'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, 'messages'))).mode & 0o777).toBe(0o700);
  });

  test('leaves no byte of a deleted object on the disk, though its file is kept for another', async () => {
    await store.put('incoming/x', bytes('a word that must be gone'));
    await store.delete('incoming/x');
    const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
    expect(contents.join('')).toBe('');
  });

  test('leaves no temporary file, whatever became of the put', async () => {
    const etag = 'none';
    await store.put('a', bytes('x'));
    await store.put('a', bytes('y'), { ifAbsent: true });
    await store.put('a', bytes('y'), { ifMatch: etag });
    await store.put('b', bytes('y'), { ifAbsent: true, lock: { legalHold: true } });
    await expect(store.put('c', broken(new Error('gone'), 'x'))).rejects.toThrow('gone');
    await expect(store.put('b', bytes('z'))).rejects.toThrow('locked');
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  test('removes the unfinished files of a dead process at start', async () => {
    await store.put('a', bytes('x'));
    await writeFile(join(root, '.tmp', 'half'), 'x');
    await open();
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  test('uses the file of a deleted object again, for a shorter body too', async () => {
    await store.put('in/a', bytes('a long body'), { ifAbsent: true });
    const { ino } = await stat(join(root, 'in/a'));
    await store.delete('in/a');
    await store.put('in/b', bytes('short'), { ifAbsent: true });
    expect((await stat(join(root, 'in/b'))).ino).toBe(ino);
    expect(Buffer.from((await store.get('in/b'))?.body ?? []).toString()).toBe('short');
    await store.delete('in/b');
    await open();
    expect(await readdir(join(root, '.spare'))).toEqual([]);
  });

  test('uses no file again while somebody reads it', async () => {
    await store.put('in/a', bytes('first'));
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const read = fs.read;
    const slow = vi.spyOn(fs, 'read').mockImplementationOnce((...call) => {
      reached.resolve();
      void released.promise.then(() => read(...call));
    });
    const reading = store.get('in/a');
    await reached.promise;
    slow.mockRestore();
    await store.delete('in/a');
    await store.put('in/b', bytes('other'));
    released.resolve();
    expect(Buffer.from((await reading)?.body ?? []).toString()).toBe('first');
  });

  test('hides dot entries from lists', async () => {
    await store.put('a/b', bytes('x'), { lock: { legalHold: true } });
    await mkdir(join(root, 'a/.hidden'));
    await writeFile(join(root, 'a/.hidden/x'), 'x');
    await writeFile(join(root, 'a/.file'), 'x');
    expect((await collected(store.list(''))).map((facts) => facts.key)).toEqual(['a/b']);
  });

  test('removes directories that a delete leaves empty, of locks too', async () => {
    await store.put('a/b/c/d', bytes('x'), { lock: { legalHold: true } });
    await store.setLegalHold('a/b/c/d', 'null', false);
    await store.delete('a/b/c/d');
    expect(existsSync(join(root, 'a/b'))).toBe(false);
    expect(await readdir(join(root, '.locks'))).toEqual([]);
  });

  test('refuses a key that would be the directory of another', async () => {
    await store.put('a/b', bytes('x'));
    for (const options of [{}, { ifAbsent: true }]) {
      await expect(store.put('a', bytes('y'), options)).rejects.toThrow(InvalidRequestError);
      await expect(store.put('a/b/c', bytes('y'), options)).rejects.toThrow(InvalidRequestError);
    }
  });

  test('refuses a segment too long for a file name', async () => {
    await expect(store.put(`a/${'b'.repeat(241)}`, bytes('x'))).rejects.toThrow(InvalidRequestError);
    await store.put(`a/${'b'.repeat(240)}`, bytes('x'), { lock: { legalHold: true } });
  });

  test('a lock that cannot be read protects', async () => {
    await store.put('a', bytes('x'), { lock: { legalHold: true } });
    await writeFile(join(root, '.locks/a~.json'), '{"version": 2}');
    await expect(store.delete('a')).rejects.toThrow(DamagedError);
    await writeFile(join(root, '.locks/a~.json'), '');
    await expect(store.delete('a')).rejects.toThrow(DamagedError);
    expect(await store.get('a')).toBeDefined();
  });

  test('ends a body that it cannot write', async () => {
    await rm(join(root, '.tmp'), { recursive: true });
    await writeFile(join(root, '.tmp'), 'a file where the directory should be');
    let hasEnded = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1_000_000);
      } finally {
        hasEnded = true;
      }
    }
    await expect(store.put('a', body())).rejects.toThrow(StorageError);
    expect(hasEnded).toBe(true);
  });

  test('says a failure of the system as StorageError with its cause', async () => {
    await remove();
    await writeFile(root, 'a file where the store should be');
    const failure = await store.put('a', bytes('x')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ retryable: true, cause: { code: 'ENOTDIR' } });
  });

  describe('temporary URLs', () => {
    const options = { seconds: 60, contentType: 'message/rfc822', fileName: 'Grüße & "x".eml', now };
    const expected = {
      bucket: 'derived',
      key: 'exports/a+b',
      contentType: 'message/rfc822',
      fileName: options.fileName,
    };

    test('give access to the key until they expire', async () => {
      const url = await store.temporaryUrl('exports/a+b', options);
      expect(url).toMatch(
        /^\/exports-access\/derived\/exports\/a\+b\?expires=1767225660&type=.*&name=.*&signature=[0-9a-f]{64}$/,
      );
      expect(verifyTemporaryUrl(url, signingKey, now)).toEqual(expected);
      expect(verifyTemporaryUrl(url, signingKey, new Date('2026-01-01T00:00:59.999Z'))).toEqual(expected);
      expect(verifyTemporaryUrl(url, signingKey, new Date('2026-01-01T00:01:00.000Z'))).toBeUndefined();
    });

    test.each([
      ['another key', (url: string) => url.replace('a+b', 'a+c')],
      ['another bucket', (url: string) => url.replace('derived', 'archive')],
      ['a later expiry', (url: string) => url.replace('1767225660', '1967225660')],
      ['another type', (url: string) => url.replace('rfc822', 'html')],
      ['another name', (url: string) => url.replace('.eml', '.exe')],
      ['no signature', (url: string) => url.replace(/&signature=.*/, '')],
      ['a short signature', (url: string) => url.slice(0, -2)],
      ['a signature that is not hex', (url: string) => `${url.slice(0, -2)}zz`],
      ['another path', (url: string) => url.replace('exports-access', 'exports')],
      ['no URL', () => 'http://['],
    ])('%s gives none', async (_name, change) => {
      const url = await store.temporaryUrl('exports/a+b', options);
      expect(verifyTemporaryUrl(change(url), signingKey, now)).toBeUndefined();
    });

    test('another signing key gives none', async () => {
      const url = await store.temporaryUrl('exports/a+b', options);
      expect(verifyTemporaryUrl(url, new Uint8Array(32).fill(8), now)).toBeUndefined();
    });
  });
});
