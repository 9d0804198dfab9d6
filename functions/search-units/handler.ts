import middy from '@middy/core';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { SearchTask, SearchTaskAnswer } from '../../shared/ports/search-workers.ts';
import { answerTask, type WorkerContext } from '../../shared/usecases/search/find/answer-task.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** Does a part of a search for the functions that are asked for it; who may find what they decided, and say in the task. */
export function createHandler(context: WorkerContext, logs: LogSink) {
  return middy(async (task: SearchTask): Promise<SearchTaskAnswer> => await answerTask(context, task)).use(
    invocationLog(logs, 'search-units'),
  );
}
