import { createLambdaClient, createLambdaSearchWorkers } from '../../shared/adapters/lambda/lambda-search-workers.ts';
import type { SearchTask, SearchWorkers } from '../../shared/ports/search-workers.ts';
import type { WorkerContext } from '../../shared/usecases/search/find/answer-task.ts';
import { inProcessWorkers } from '../../shared/usecases/search/find/in-process-workers.ts';
import type { Environment } from './environment.ts';
import { functionVariable } from './variables.ts';

/** So few units are searched sooner here than another function is asked: those of a person with a mailbox or two. */
const MOST_UNITS_HERE = 8;
/** The function that is asked ends after a minute: it has to answer before. */
const MOST_MS_ELSEWHERE = 50_000;

/**
 * Searches a few units in this function, which does nothing else meanwhile, and has others search many. What takes those
 * too long is left over, and named.
 */
export function cloudSearchWorkers(environment: Environment, context: WorkerContext): SearchWorkers {
  const here = inProcessWorkers(context);
  const others = createLambdaSearchWorkers({
    client: createLambdaClient(),
    functionName: environment.text(functionVariable('search-units')),
  });
  const askOthers = (task: SearchTask) => others.run({ ...task, budgetMs: Math.min(task.budgetMs, MOST_MS_ELSEWHERE) });
  return { ...others, run: (task) => (isSmall(task) ? here.run(task) : askOthers(task)) };
}

/** Parts of a search over many units are never, however few units each has: they would all come here at once. */
function isSmall({ units, want }: SearchTask): boolean {
  return units.length <= MOST_UNITS_HERE && (want === 'page' || want === 'messages');
}
