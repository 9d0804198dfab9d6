import { describe, expect, test } from 'vitest';
import { type Buckets, probeObjects } from '../../../infra/local/probe-objects.ts';
import { createSeededEntropy } from '../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryObjectStore } from '../../../shared/adapters/memory/memory-object-store.ts';
import { StorageError } from '../../../shared/errors.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';

/** A store as it should be: the memory adapter keeps no versions, so it is given ids that look like one. */
function fitStore(): ObjectStore {
  const store = createMemoryObjectStore();
  return {
    ...store,
    put: async (...call) => {
      const put = await store.put(...call);
      return put.outcome === 'stored' ? { ...put, versionId: 'v' } : put;
    },
  };
}

const ignoringConditions = (store: ObjectStore): ObjectStore => ({
  ...store,
  put: (key, body, { lock } = {}) => store.put(key, body, lock ? { lock } : {}),
});
const refusingConditions = (store: ObjectStore): ObjectStore => ({
  ...store,
  put: async (key, body, options = {}) => {
    const cause = Object.assign(new Error('A header you provided is unknown'), { name: 'NotImplemented' });
    if (options.ifAbsent || options.ifMatch !== undefined) throw new StorageError('put', { cause });
    return await store.put(key, body, options);
  },
});
const withoutLocks = (store: ObjectStore): ObjectStore => ({
  ...store,
  setLegalHold: async () => {
    throw new StorageError('no Object Lock');
  },
});

const probe = async (change: Partial<Buckets>) => {
  const buckets = { intake: fitStore(), archive: fitStore(), derived: fitStore(), ...change };
  const missing = await probeObjects(buckets, createSeededEntropy('probe'));
  for (const store of Object.values(buckets)) {
    for await (const { key } of store.list('')) throw new Error(`${key} was left behind`);
  }
  return missing;
};

describe('the probe of the buckets', () => {
  test('finds nothing missing where everything is there', async () => {
    expect(await probe({})).toEqual([]);
  });

  test.each([
    { name: 'ignores', worse: ignoringConditions },
    { name: 'refuses', worse: refusingConditions },
  ])('finds the conditions that a server $name', async ({ worse }) => {
    expect(await probe({ intake: worse(fitStore()), derived: worse(fitStore()) })).toEqual([
      'If-None-Match in the intake bucket',
      'If-Match in the derived bucket',
    ]);
  });

  test('finds that there are no versions, and so no Object Lock', async () => {
    expect(await probe({ archive: createMemoryObjectStore() })).toEqual([
      'versions in the archive bucket',
      'Object Lock in the archive bucket',
    ]);
  });

  test('finds that there are versions, but no Object Lock', async () => {
    expect(await probe({ archive: withoutLocks(fitStore()) })).toEqual(['Object Lock in the archive bucket']);
  });

  test('throws where a store cannot be used', async () => {
    const put = async () => {
      throw new StorageError('NoSuchBucket');
    };
    await expect(probe({ derived: { ...fitStore(), put } })).rejects.toThrow(StorageError);
  });
});
