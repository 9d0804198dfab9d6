import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ThreadPool } from '../../shared/adapters/threads/thread-pool.ts';
import type { SearchTask, SearchTaskAnswer, SearchWorkers } from '../../shared/ports/search-workers.ts';
import type { UnitReaderLimits } from '../../shared/usecases/search/read/unit-reader.ts';
import type { S3Settings, StoreSettings } from './store-settings.ts';

/** What a thread that searches is told. */
export interface SearchThreadData {
  /** Directory of the derived bucket. */
  readonly root: string;
  readonly s3: S3Settings | undefined;
}

/** More threads would only share the same disk, and each keeps what it read. */
const MAX_THREADS = 2;
/** What a search makes beside what is kept of the index; a thread that wants more dies, and the search with it. */
const HEAP_MEGABYTES = 128;
/** A search makes much that is soon of no use: with less, what is only passing is taken for what stays. */
const YOUNG_MEGABYTES = 24;
/** Small enough that both threads have work to the end; large enough that handing over costs nothing beside it. */
const UNITS_PER_TASK = 64;

/** What each thread keeps of the index: with two of them, and the process around them, below 300 MB. */
export const READER_LIMITS: Partial<UnitReaderLimits> = { pageBytes: 16 * 1024 * 1024, openMessages: 300_000 };

export interface SearchThreads {
  readonly workers: SearchWorkers;
  close(): Promise<void>;
}

/** Threads that search, so that nothing else waits for it; they begin with the first search. */
export function createSearchThreads(dataDir: string, { s3 }: Pick<StoreSettings, 's3'>): SearchThreads {
  const workerData: SearchThreadData = { root: join(dataDir, 'objects', 'derived'), s3 };
  const threads = Math.min(MAX_THREADS, availableParallelism());
  const entry = new URL('./search-thread.ts', import.meta.url);
  const pool = new ThreadPool(entry, {
    threads,
    heapMegabytes: HEAP_MEGABYTES,
    youngMegabytes: YOUNG_MEGABYTES,
    workerData,
  });
  return {
    workers: { atOnce: threads, unitsPerTask: UNITS_PER_TASK, run: (task) => run(pool, task) },
    close: () => pool.close(),
  };
}

async function run(pool: ThreadPool, task: SearchTask): Promise<SearchTaskAnswer> {
  const { budgetMs } = task;
  const late = (waitedMs: number) => ({ ...task, budgetMs: Math.max(0, budgetMs - waitedMs) });
  // The thread answers what `answerTask` does, and was handed over by this very program.
  return (await pool.askLater(late, placeOf(task))) as SearchTaskAnswer;
}

/** The same mailbox is searched by the same thread, which may still have its index in memory. */
function placeOf({ units }: SearchTask): number {
  let hash = 0;
  for (const character of units[0]?.mailboxId ?? '') hash = (hash * 31 + character.charCodeAt(0)) | 0;
  return hash;
}
