import { join } from 'node:path';
import { ThreadPool } from '../../shared/adapters/threads/thread-pool.ts';
import { DamagedSegmentError, StorageError } from '../../shared/errors.ts';
import type { IndexedUnit, MessageToWrite, NewSegment, SegmentWriter } from '../../shared/ports/segment-writer.ts';
import type { ManifestSegment } from '../../shared/search/manifest.ts';
import type { SearchThreadData } from './search-threads.ts';
import type { StoreSettings } from './store-settings.ts';

/** What the thread is asked. */
export type SegmentQuestion =
  | { readonly kind: 'build'; readonly segment: NewSegment; readonly documents: readonly MessageToWrite[] }
  | { readonly kind: 'merge'; readonly segment: NewSegment; readonly segments: readonly ManifestSegment[] }
  | { readonly kind: 'check'; readonly unit: IndexedUnit; readonly segment: ManifestSegment };

export type SegmentAnswer =
  | { readonly segment: ManifestSegment }
  | { readonly isReadable: boolean }
  | { readonly damaged: string; readonly segmentId?: string };

/**
 * Of the thread: enough to merge into the largest segment, or to build one of the longest message. With less for what
 * was made new a seventh of its time goes into clearing that away; with more, V8 takes several times as much in all.
 */
const HEAP = { heapMegabytes: 110, youngMegabytes: 6 };

export interface SegmentThread {
  readonly segments: SegmentWriter;
  close(): Promise<void>;
}

/** A thread that writes segments, so that nothing else waits for it; it begins with the first. */
export function createSegmentThread(dataDir: string, { s3 }: Pick<StoreSettings, 's3'>): SegmentThread {
  const workerData: SearchThreadData = { root: join(dataDir, 'objects', 'derived'), s3 };
  const entry = new URL('./segment-thread.ts', import.meta.url);
  const pool = new ThreadPool(entry, { threads: 1, ...HEAP, workerData });
  // The thread answers what `SegmentAnswer` says, and was handed over by this very program.
  const ask = async (question: SegmentQuestion) => (await pool.ask(question)) as SegmentAnswer;
  return {
    segments: {
      build: async (segment, documents) => written(await ask({ kind: 'build', segment, documents })),
      merge: async (segment, segments) => written(await ask({ kind: 'merge', segment, segments })),
      isReadable: async (unit, segment) => {
        const answer = await ask({ kind: 'check', unit, segment });
        if ('isReadable' in answer) return answer.isReadable;
        throw new StorageError('a thread answered something else');
      },
    },
    close: () => pool.close(),
  };
}

function written(answer: SegmentAnswer): ManifestSegment {
  if ('segment' in answer) return answer.segment;
  if (!('damaged' in answer)) throw new StorageError('a thread answered something else');
  const { damaged, segmentId } = answer;
  throw new DamagedSegmentError(damaged, segmentId === undefined ? {} : { segmentId });
}
