import { workerData } from 'node:worker_threads';
import { DiskThreads } from '../../shared/adapters/file/disk-threads.ts';
import { createFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import { serveThread } from '../../shared/adapters/threads/serve-thread.ts';
import { DamagedSegmentError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { inProcessSegments } from '../../shared/usecases/search/index/in-process-segments.ts';
import { UnitReader } from '../../shared/usecases/search/read/unit-reader.ts';
import type { SearchThreadData } from './search-threads.ts';
import type { SegmentAnswer, SegmentQuestion } from './segment-threads.ts';

/** Of segments that are merged; most of each is read once, and in order. */
const READER_LIMITS = { pageBytes: 4 * 1024 * 1024, openMessages: 0, manifestAgeMs: 0 };

// What the pool of this very program handed over.
const data = workerData as SearchThreadData;
const openDerived = await storeOpener(data);

serveThread(async (question) => await answer(question as SegmentQuestion));

async function answer(question: SegmentQuestion): Promise<SegmentAnswer> {
  const ports = { derived: openDerived(), clock: systemClock };
  const segments = inProcessSegments(ports, new UnitReader(ports, READER_LIMITS));
  try {
    if (question.kind === 'check') return { isReadable: await segments.isReadable(question.unit, question.segment) };
    const { segment } = question;
    return question.kind === 'build'
      ? { segment: await segments.build(segment, question.documents) }
      : { segment: await segments.merge(segment, question.segments) };
  } catch (error) {
    // Which segment is damaged has to be known outside.
    if (!(error instanceof DamagedSegmentError)) throw error;
    return { damaged: error.message, ...(error.segmentId === undefined ? {} : { segmentId: error.segmentId }) };
  }
}

/**
 * For each question a store that knows nothing yet: other stores of this process remove directories from the same
 * bucket, and one that remembers that a directory is durable would be wrong then.
 */
async function storeOpener({ root, s3 }: SearchThreadData): Promise<() => ObjectStore> {
  if (s3) {
    const { openDerivedBucket } = await import('./s3-buckets.ts');
    const derived = openDerivedBucket(s3);
    return () => derived;
  }
  const threads = new DiskThreads(1);
  return () => createFileObjectStore({ root, threads });
}
