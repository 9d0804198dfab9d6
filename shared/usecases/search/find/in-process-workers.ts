import type { SearchWorkers } from '../../../ports/search-workers.ts';
import { answerTask, type WorkerContext } from './answer-task.ts';

/** All units at once: nothing is gained by parts that wait for one another. */
const ALL = 1_000_000;

/** Searches in this process, one task after the other: for a function that does nothing else meanwhile. */
export function inProcessWorkers(context: WorkerContext): SearchWorkers {
  return { atOnce: 1, unitsPerTask: ALL, run: (task) => answerTask(context, task) };
}
