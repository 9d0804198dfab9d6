import { afterEach, expect, test } from 'vitest';
import { ThreadPool } from '../../../shared/adapters/threads/thread-pool.ts';
import { StorageError } from '../../../shared/errors.ts';

const ENTRY = new URL('./answering-thread.ts', import.meta.url);
let pool: ThreadPool;
afterEach(() => pool.close());

function open(threads: number): ThreadPool {
  pool = new ThreadPool(ENTRY, { threads, heapMegabytes: 64 });
  return pool;
}

test('questions are answered, more of them than there are threads', async () => {
  open(2);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => pool.ask({ n }, n)));
  expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })));
});

test('questions of a place go to the same thread, and to another while it is busy', async () => {
  open(2);
  const [first, second] = [await pool.ask('who', 0), await pool.ask('who', 1)];
  expect(first).not.toBe(second);
  expect([await pool.ask('who', 2), await pool.ask('who', -1)]).toEqual([first, second]);
  void pool.ask('wait', 0).catch(() => undefined);
  expect(await pool.ask('who', 0)).toBe(second);
});

test('a question may say how long it waited for a thread', async () => {
  open(1);
  const first = pool.ask({ n: 1 });
  const [, waited] = await Promise.all([first, pool.askLater((waitedMs) => ({ waitedMs }))]);
  expect(waited).toEqual({ waitedMs: expect.any(Number) });
  expect((waited as { waitedMs: number }).waitedMs).toBeGreaterThan(0);
});

test('a question that fails fails alone', async () => {
  open(1);
  await expect(pool.ask('fail')).rejects.toThrow(StorageError);
  expect(await pool.ask('hello')).toBe('hello');
});

test('a thread that dies fails what it was asked, and what waits has a fresh one', async () => {
  open(1);
  const [died, next] = await Promise.allSettled([pool.ask('die'), pool.ask('hello')]);
  expect(died).toMatchObject({ status: 'rejected', reason: expect.any(StorageError) });
  expect(next).toMatchObject({ status: 'fulfilled', value: 'hello' });
});

test('a pool that is closed fails what is under way, and takes no more', async () => {
  open(1);
  const underWay = [pool.ask('wait'), pool.ask('hello')].map((asked) => expect(asked).rejects.toThrow(StorageError));
  await pool.close();
  await Promise.all(underWay);
  await expect(pool.ask('hello')).rejects.toThrow('closed');
});
