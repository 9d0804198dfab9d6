import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCachedObjects } from '../../shared/adapters/file/cached-objects.ts';
import { createMemoryObjectStore } from '../../shared/adapters/memory/memory-object-store.ts';
import type { ByteRange, ObjectStore } from '../../shared/ports/object-store.ts';
import { objectStoreContract } from './object-store-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const PAGE = 65_536;
let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let directories = 0;
beforeAll(async () => {
  temporary = await temporaryDirectory();
});
afterAll(() => temporary.remove());

function directory(): string {
  directories += 1;
  return join(temporary.path, String(directories));
}

objectStoreContract('cached on the local disk', async () => {
  const options = { directory: directory(), maxBytes: 4 * PAGE, immutablePrefix: 'segments/' };
  return { store: createCachedObjects(createMemoryObjectStore(), options), close: async () => undefined };
});

describe('createCachedObjects', () => {
  const body = Buffer.from(Array.from({ length: 5 * PAGE + 100 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
  let bare: ObjectStore;
  let asked: (ByteRange | undefined)[];
  let cached: ObjectStore;

  const open = (maxBytes: number) => {
    const counting: ObjectStore = {
      ...bare,
      get: (key, range) => {
        asked.push(range);
        return bare.get(key, range);
      },
    };
    return createCachedObjects(counting, { directory: directory(), maxBytes, immutablePrefix: 'segments/' });
  };
  const read = async (key: string, start: number, end: number) => {
    const found = await cached.get(key, { start, end });
    expect(found?.sizeBytes).toBe(body.length);
    return Buffer.from(found?.body ?? []);
  };

  beforeEach(async () => {
    bare = createMemoryObjectStore();
    asked = [];
    for (const name of ['a', 'b', 'c']) await bare.put(`segments/${name}`, body);
    cached = open(100 * PAGE);
  });

  test('fetches whole pages once and answers what is within them from the disk', async () => {
    expect(await read('segments/a', 10, 20)).toEqual(body.subarray(10, 20));
    expect(await read('segments/a', 30_000, PAGE)).toEqual(body.subarray(30_000, PAGE));
    expect(await read('segments/a', PAGE - 5, PAGE + 5)).toEqual(body.subarray(PAGE - 5, PAGE + 5));
    expect(await read('segments/a', 1, 2 * PAGE)).toEqual(body.subarray(1, 2 * PAGE));
    expect(asked).toEqual([
      { start: 0, end: PAGE },
      { start: 0, end: 2 * PAGE },
    ]);
  });

  test('cuts a range that goes beyond the end, and answers the same from the disk', async () => {
    const rest = body.subarray(5 * PAGE);
    expect(await read('segments/a', 5 * PAGE, 9 * PAGE)).toEqual(rest);
    expect(await read('segments/a', 5 * PAGE, 9 * PAGE)).toEqual(rest);
    expect(asked).toHaveLength(1);
  });

  test('lets the object go that was read the longest time ago', async () => {
    cached = open(2 * PAGE);
    for (const name of ['a', 'b', 'a', 'c']) await read(`segments/${name}`, 0, 10);
    asked.length = 0;
    await read('segments/a', 0, 10);
    expect(asked).toHaveLength(0);
    await read('segments/b', 0, 10);
    expect(asked).toHaveLength(1);
  });

  test('does not keep what may change', async () => {
    await bare.put('manifests/a', Buffer.from('one'));
    const text = async () =>
      Buffer.from((await cached.get('manifests/a', { start: 0, end: 3 }))?.body ?? []).toString();
    expect(await text()).toBe('one');
    await bare.put('manifests/a', Buffer.from('two'));
    expect(await text()).toBe('two');
  });

  test('answers at once to many who ask for the same', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => read('segments/b', 100, 3 * PAGE)));
    for (const answer of answers) expect(answer.equals(body.subarray(100, 3 * PAGE))).toBe(true);
    expect((await read('segments/b', 0, 3 * PAGE)).equals(body.subarray(0, 3 * PAGE))).toBe(true);
  });
});
