import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../shared/adapters/memory/memory-object-store.ts';
import { createMemoryTables } from '../../shared/adapters/memory/memory-tables.ts';
import { bytes } from './bytes.ts';
import { item } from './tables-contract.ts';

const key = { pk: 'p', sk: 's' };
const listed = (version: number) => ({ ...item('p', 's', version), indexes: { list: { pk: 'list', sk: 'x' } } });

test('memory tables go back to a snapshot, as often as wanted', async () => {
  for (const indexDelayOperations of [0, 3]) {
    const tables = createMemoryTables({ indexDelayOperations });
    await tables.put('messages', listed(1));
    const snapshot = tables.snapshot();
    for (let round = 0; round < 2; round++) {
      await tables.put('messages', listed(2));
      tables.catchUp();
      tables.restore(snapshot);
      expect((await tables.get('messages', key))?.version).toBe(1);
      tables.catchUp();
      expect((await tables.queryIndex('messages', 'list', 'list', { limit: 1 })).items[0]?.version).toBe(1);
    }
  }
});

test('memory indexes show a write only after so many operations', async () => {
  const tables = createMemoryTables({ indexDelayOperations: 2 });
  await tables.put('messages', listed(1));
  const seen: number[] = [];
  for (let n = 0; n < 4; n++) {
    seen.push((await tables.queryIndex('messages', 'list', 'list', { limit: 1 })).items.length);
  }
  expect(seen).toEqual([0, 0, 1, 1]);
});

test('memory objects go back to a snapshot', async () => {
  const store = createMemoryObjectStore();
  await store.put('a', bytes('1'));
  const snapshot = store.snapshot();
  await store.put('a', bytes('2'));
  await store.put('b', bytes('2'));
  store.restore(snapshot);
  expect(Buffer.from((await store.get('a'))?.body ?? []).toString()).toBe('1');
  expect(await store.get('b')).toBeUndefined();
});

test('memory operations take effect within the call', async () => {
  const store = createMemoryObjectStore();
  const tables = createMemoryTables();
  const pending = [store.put('a', bytes('x')), tables.put('messages', item('p', 's'))];
  expect(store.snapshot().size).toBe(1);
  expect(tables.snapshot().rows.size).toBe(1);
  await Promise.all(pending);
});
