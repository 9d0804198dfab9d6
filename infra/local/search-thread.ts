import { workerData } from 'node:worker_threads';
import { createFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { createOpenedObjects } from '../../shared/adapters/file/opened-objects.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import { serveThread } from '../../shared/adapters/threads/serve-thread.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { SearchTask } from '../../shared/ports/search-workers.ts';
import { answerTask } from '../../shared/usecases/search/find/answer-task.ts';
import { FILES } from '../../shared/usecases/search/index/index-keys.ts';
import { UnitReader } from '../../shared/usecases/search/read/unit-reader.ts';
import { READER_LIMITS, type SearchThreadData } from './search-threads.ts';

// What the pool of this very program handed over.
const data = workerData as SearchThreadData;
const reader = new UnitReader({ derived: await openDerived(data), clock: systemClock }, READER_LIMITS);

serveThread(async (task) => await answerTask({ reader, now: () => performance.now() }, task as SearchTask));

/** A store of its own: reading needs nothing of what other threads know. */
async function openDerived({ root, s3 }: SearchThreadData): Promise<ObjectStore> {
  if (!s3) return createOpenedObjects(createFileObjectStore({ root }), { root, immutablePrefix: FILES });
  const { openDerivedBucket } = await import('./s3-buckets.ts');
  return openDerivedBucket(s3);
}
