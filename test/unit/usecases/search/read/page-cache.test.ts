import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../../../../shared/adapters/memory/memory-object-store.ts';
import type { ObjectStore } from '../../../../../shared/ports/object-store.ts';
import { PageCache } from '../../../../../shared/usecases/search/read/page-cache.ts';

const PAGE = 4_096;
const body = Buffer.from(Array.from({ length: 5 * PAGE + 100 }, (_, n) => (n * 31) % 251));
let gets: (readonly [number | undefined, number | undefined])[];
let derived: ObjectStore;

beforeEach(async () => {
  gets = [];
  const store = createMemoryObjectStore();
  await store.put('a', body);
  derived = {
    ...store,
    get: async (key, range) => {
      gets.push([range?.start, range?.end]);
      return await store.get(key, range);
    },
  };
});

const pages = (...ranges: readonly (readonly [number, number])[]) =>
  ranges.map(([from, to]) => [from * PAGE, Math.min(to * PAGE, body.length)]);

describe('PageCache', () => {
  test.each([
    ['within a page', 10, 20],
    ['over the edge of two', PAGE - 5, PAGE + 5],
    ['of several whole ones', PAGE, 3 * PAGE],
    ['at the end', body.length - 3, body.length],
    ['of everything', 0, body.length],
    ['of nothing', 100, 100],
  ])('answers a range %s', async (_, start, end) => {
    const bytes = new PageCache({ derived }, 100 * PAGE).bytesOf('a', body.length);
    expect(Buffer.from(await bytes.read(start, end))).toEqual(body.subarray(start, end));
    expect(Buffer.from(await bytes.read(start, end))).toEqual(body.subarray(start, end));
    expect(gets).toHaveLength(1);
  });

  test('fetches what is missing alone, side by side pages at once', async () => {
    const bytes = new PageCache({ derived }, 100 * PAGE).bytesOf('a', body.length);
    await bytes.read(2 * PAGE, 2 * PAGE + 1);
    await bytes.read(0, body.length);
    expect(gets).toEqual(pages([2, 3], [0, 2], [3, 6]));
  });

  test('asks once for what several want at the same time', async () => {
    const bytes = new PageCache({ derived }, 100 * PAGE).bytesOf('a', body.length);
    await Promise.all([bytes.read(0, 10), bytes.read(5, 15), bytes.read(PAGE - 1, PAGE + 1)]);
    expect(gets).toEqual(pages([0, 1], [1, 2]));
  });

  test('forgets what was read the longest time ago', async () => {
    const bytes = new PageCache({ derived }, 2 * PAGE).bytesOf('a', body.length);
    for (const page of [0, 1, 0, 2, 0, 1]) await bytes.read(page * PAGE, page * PAGE + 1);
    expect(gets).toEqual(pages([0, 1], [1, 2], [2, 3], [1, 2]));
  });

  test('answers at once what is in memory, and nothing else', async () => {
    const bytes = new PageCache({ derived }, 2 * PAGE).bytesOf('a', body.length);
    expect(bytes.readNow?.(0, 10)).toBeUndefined();
    await bytes.read(0, PAGE + 10);
    expect(bytes.readNow?.(PAGE - 5, PAGE + 5)).toEqual(body.subarray(PAGE - 5, PAGE + 5));
    await bytes.read(3 * PAGE, 5 * PAGE);
    expect(bytes.readNow?.(0, 10)).toBeUndefined();
    expect(() => bytes.readNow?.(0, body.length + 1)).toThrow('too short');
  });

  test.each([
    ['a missing object', 'b', body.length],
    ['an object that is shorter than it should be', 'a', body.length + 1],
    ['one that is longer', 'a', body.length - 1],
  ])('takes %s for damage', async (_, key, sizeBytes) => {
    const bytes = new PageCache({ derived }, PAGE).bytesOf(key, sizeBytes);
    await expect(bytes.read(0, 1)).rejects.toMatchObject({ code: 'damaged_segment' });
    await expect(bytes.read(0, sizeBytes + 1)).rejects.toMatchObject({ code: 'damaged_segment' });
  });

  test('asks again after a failure', async () => {
    const { get } = derived;
    derived.get = async () => Promise.reject(new Error('down'));
    const bytes = new PageCache({ derived }, PAGE).bytesOf('a', body.length);
    await expect(bytes.read(0, 1)).rejects.toThrow('down');
    derived.get = get;
    expect(await bytes.read(0, 1)).toHaveLength(1);
  });
});
