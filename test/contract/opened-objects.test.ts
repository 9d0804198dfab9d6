import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { createOpenedObjects } from '../../shared/adapters/file/opened-objects.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { objectStoreContract } from './object-store-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let directories = 0;
beforeAll(async () => {
  temporary = await temporaryDirectory();
});
afterAll(() => temporary.remove());

function newStore(): { readonly root: string; readonly store: ObjectStore } {
  directories += 1;
  const root = join(temporary.path, String(directories));
  return { root, store: createOpenedObjects(createFileObjectStore({ root }), { root, immutablePrefix: 'segments/' }) };
}

objectStoreContract('files that stay open', async () => ({ store: newStore().store, close: async () => undefined }));

describe('createOpenedObjects', () => {
  let root: string;
  let store: ObjectStore;
  const read = async (key: string, start: number, end: number) => {
    const found = await store.get(key, { start, end });
    return found && Buffer.from(found.body).toString();
  };

  beforeEach(async () => {
    ({ root, store } = newStore());
    await store.put('segments/a', Buffer.from('0123456789'));
  });

  test('reads ranges, cut to the size, with the facts of the object', async () => {
    expect(await read('segments/a', 2, 5)).toBe('234');
    expect(await read('segments/a', 8, 50)).toBe('89');
    const { body: _body, ...facts } = (await store.get('segments/a')) ?? {};
    expect(await store.get('segments/a', { start: 0, end: 1 })).toMatchObject(facts);
  });

  test('goes on reading an object that was deleted while it is open', async () => {
    expect(await read('segments/a', 0, 1)).toBe('0');
    await rm(join(root, 'segments/a'));
    expect(await read('segments/a', 1, 2)).toBe('1');
  });

  test('knows nothing of one that is absent, and finds it once it is there', async () => {
    expect(await read('segments/b', 0, 1)).toBeUndefined();
    await store.put('segments/b', Buffer.from('b'));
    expect(await read('segments/b', 0, 1)).toBe('b');
  });

  test('gives fewer bytes of a file that somebody cut short: whoever reads it sees the damage', async () => {
    expect(await read('segments/a', 0, 1)).toBe('0');
    await truncate(join(root, 'segments/a'), 4);
    expect(await read('segments/a', 2, 8)).toBe('23');
  });

  test('reads more objects than it keeps open', async () => {
    const keys = Array.from({ length: 300 }, (_, index) => `segments/many/${index}`);
    for (const key of keys) await store.put(key, Buffer.from(key));
    for (const key of [...keys, ...keys]) expect(await read(key, 0, 900)).toBe(key);
  });

  test('reads what may be replaced anew each time', async () => {
    await store.put('other/a', Buffer.from('old'));
    expect(await read('other/a', 0, 3)).toBe('old');
    await store.put('other/a', Buffer.from('new'));
    expect(await read('other/a', 0, 3)).toBe('new');
  });
});
