import { afterEach, expect, test } from 'vitest';
import { endJob, startJobs } from '../../../infra/local/jobs.ts';
import { createMemoryQueue, type MemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import type { JobKind } from '../../../shared/domain/job.ts';
import { StorageError } from '../../../shared/errors.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { getJob, jobLog, startJob } from '../../../shared/usecases/jobs/jobs.ts';
import { createMemoryPorts } from '../usecases/memory-ports.ts';

let queue: MemoryQueue;
afterEach(() => queue.close());

/** Jobs of an archive whose intake answers nothing before `open` is called: a sweep goes on until then. */
function jobsWorld() {
  queue = createMemoryQueue();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let sweeps = 0;
  let most = 0;
  const memory = createMemoryPorts('jobs');
  const list: typeof memory.intake.list = async function* (...given) {
    sweeps += 1;
    most = Math.max(most, sweeps);
    await gate;
    sweeps -= 1;
    yield* memory.intake.list(...given);
  };
  const ports = { ...memory, queue, intake: { ...memory.intake, list } };
  const directory = bookDirectory(createConfigurationContext(ports, { journalDomain: 'journal.test' }));
  startJobs(ports, queue, { directory });
  const start = async (kind: JobKind) => (await startJob(ports, kind)).jobId;
  const stateOf = async (jobId: string) => (await getJob(ports, jobId)).data.state;
  const ended = async (jobId: string) => {
    while ((await stateOf(jobId)) !== 'finished') await new Promise((resolve) => setImmediate(resolve));
  };
  return { start, stateOf, ended, open: () => open(), most: () => most };
}

test('a search goes on beside a job that takes long', async () => {
  const { start, stateOf, ended, open } = jobsWorld();
  const long = await start('sweep');
  const waiting = await start('sweep');
  // Nobody searches here, so these end at once, as failed.
  for (let n = 0; n < 5; n += 1) await ended(await start('search'));
  expect([await stateOf(long), await stateOf(waiting)]).toEqual(['running', 'queued']);
  open();
  await ended(long);
  await ended(waiting);
});

test('other jobs run one at a time', async () => {
  const { start, ended, open, most } = jobsWorld();
  const jobIds = [await start('sweep'), await start('sweep'), await start('sweep')];
  open();
  for (const jobId of jobIds) await ended(jobId);
  expect(most()).toBe(1);
});

test('a job whose attempts all fail ends as failed, and its log says why', async () => {
  queue = createMemoryQueue({ retryDelayMs: 1 });
  const memory = createMemoryPorts('given up');
  let failing = 5;
  const put: typeof memory.tables.put = async (...given) => {
    if (failing > 0) {
      failing -= 1;
      throw new StorageError('the tables are gone');
    }
    await memory.tables.put(...given);
  };
  const ports = { ...memory, queue, tables: { ...memory.tables, put } };
  const directory = bookDirectory(createConfigurationContext(ports, { journalDomain: 'journal.test' }));
  startJobs(ports, queue, { directory });
  const { jobId } = await startJob(ports, 'sweep');
  await queue.drain();
  expect((await getJob(ports, jobId)).data).toMatchObject({ state: 'finished', outcome: 'failed' });
  const { items } = await jobLog(ports, jobId, { limit: 10 });
  expect(items).toMatchObject([{ message: expect.stringMatching(/^given up: /) }]);
  await endJob(ports, { messageId: '1', body: JSON.stringify({ jobId }) });
  expect((await jobLog(ports, jobId, { limit: 10 })).items).toHaveLength(1);
});

test.each([JSON.stringify({ jobId: 'job-gone' }), JSON.stringify({}), 'no JSON'])(
  'a message that names no job that there is ends nothing: %s',
  async (body) => {
    queue = createMemoryQueue();
    await expect(endJob(createMemoryPorts('none'), { messageId: '1', body })).resolves.toBeUndefined();
  },
);
