import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createLambdaClient,
  createLambdaSearchWorkers,
} from '../../../shared/adapters/lambda/lambda-search-workers.ts';
import { StorageError } from '../../../shared/errors.ts';
import type { SearchTask } from '../../../shared/ports/search-workers.ts';
import { type RecordingServer, startRecordingServer } from '../recording-server.ts';
import { withTestCredentials } from '../test-credentials.ts';

withTestCredentials();

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
afterAll(() => server.close());

const workers = () =>
  createLambdaSearchWorkers({ client: createLambdaClient({ endpoint: server.url }), functionName: 'search' });
const task: SearchTask = {
  units: [],
  query: { kind: 'text', text: 'Grüße', form: 'word' },
  want: 'matches',
  sort: 'newest',
  limit: 50,
  facets: true,
  budgetMs: 1_000,
};

test('Lambda is invoked with the task, and its answer is the worker’s', async () => {
  server.reply({ body: JSON.stringify({ failed: [{ mailboxId: 'mb-1', part: 'all' }] }) });
  expect(await workers().run(task)).toEqual({ failed: [{ mailboxId: 'mb-1', part: 'all' }] });
  const [request] = server.requests;
  expect(request?.url).toBe('/2015-03-31/functions/search/invocations');
  expect(request?.headers['x-amz-invocation-type']).toBe('RequestResponse');
  expect(JSON.parse(request?.body.toString() ?? '')).toEqual(task);
});

test('a function that failed is a failed storage, without what it said', async () => {
  server.reply({ headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"plum pudding"}' });
  const failed = await workers()
    .run(task)
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(StorageError);
  expect(String(failed)).not.toContain('plum');
});

test('a function that cannot be invoked is a failed storage', async () => {
  server.reply({ status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' }, body: '{}' });
  await expect(workers().run(task)).rejects.toThrow(StorageError);
});
