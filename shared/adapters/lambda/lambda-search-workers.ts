import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { StorageError } from '../../errors.ts';
import type { SearchTask, SearchTaskAnswer, SearchWorkers } from '../../ports/search-workers.ts';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';
import { translated } from '../aws/failures.ts';

/** Invocations under way at once: one search leaves room in the account for others, and for filing. */
const INVOCATIONS_AT_ONCE = 20;
/** Units of one invocation: what a function searches within a second or two. */
const UNITS_PER_INVOCATION = 64;
/** Longer than any budget of a task: the function ends before. */
const INVOCATION_MS = 70_000;

/** A client as `createLambdaSearchWorkers` wants it. A search that failed is rather named than made twice. */
export function createLambdaClient(place: ClientPlace = {}): LambdaClient {
  return new LambdaClient(clientSettings(place, { attempts: 2, timeoutMs: INVOCATION_MS }));
}

/** Workers that are invocations of a function which answers tasks as `answerTask` does. */
export function createLambdaSearchWorkers(options: {
  readonly client: LambdaClient;
  readonly functionName: string;
}): SearchWorkers {
  const { client, functionName: FunctionName } = options;
  return {
    atOnce: INVOCATIONS_AT_ONCE,
    unitsPerTask: UNITS_PER_INVOCATION,
    run: async (task: SearchTask): Promise<SearchTaskAnswer> => {
      const Payload = Buffer.from(JSON.stringify(task));
      const { FunctionError, Payload: answered } = await translated('search units', () =>
        client.send(new InvokeCommand({ FunctionName, InvocationType: 'RequestResponse', Payload })),
      );
      // Lambda's own words may hold what the function threw: its log has it.
      if (FunctionError || !answered) throw new StorageError(`search units: ${FunctionError ?? 'no answer'}`);
      return JSON.parse(Buffer.from(answered).toString());
    },
  };
}
