import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ConsumeOptions } from '../../shared/adapters/memory/consume-options.ts';
import { createManualClock } from '../../shared/adapters/memory/memory-clock.ts';
import { createMemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { queueContract } from './queue-contract.ts';

const options: ConsumeOptions = {
  batchSize: 10,
  windowMs: 0,
  concurrency: 2,
  maxReceiveCount: 3,
  onDeadLetter: () => {},
};
const failed = (...records: readonly SQSRecord[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
const bodiesOf = (event: SQSEvent) => event.Records.map(({ body }) => body);

queueContract('memory', async () => {
  const queue = createMemoryQueue({ retryDelayMs: 1, groupDelayMs: 5 });
  return {
    queue,
    async receive(name, count) {
      const bodies: string[] = [];
      queue.consume(
        name,
        async (event) => {
          bodies.push(...bodiesOf(event));
          return undefined;
        },
        options,
      );
      await queue.drain();
      expect(bodies).toHaveLength(count);
      return bodies;
    },
    close: () => queue.close(),
  };
});

/** Lets fake time pass, and what it set off happen. */
async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

/** A promise to be resolved by hand. */
function gate() {
  return Promise.withResolvers<void>();
}

describe('the in-process queue', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('shows records as SQS does', async () => {
    const clock = createManualClock(new Date(1_767_225_600_000));
    const queue = createMemoryQueue({ clock, retryDelayMs: 1 });
    const events: SQSEvent[] = [];
    queue.consume(
      'arrivals',
      async (event) => {
        events.push(event);
        clock.advance(1000);
        return events.length < 2 ? failed(...event.Records) : undefined;
      },
      options,
    );
    await queue.send('arrivals', 'hello');
    await queue.drain();
    expect(events.map(({ Records }) => Records[0])).toMatchObject([
      {
        body: 'hello',
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: expect.stringMatching(/:arrivals$/),
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: '1767225600000',
          ApproximateFirstReceiveTimestamp: '1767225600000',
        },
      },
      { attributes: { ApproximateReceiveCount: '2', ApproximateFirstReceiveTimestamp: '1767225600000' } },
    ]);
    expect(events[0]?.Records[0]?.messageId).toBe(events[1]?.Records[0]?.messageId);
    expect(events[0]?.Records[0]?.receiptHandle).not.toBe(events[1]?.Records[0]?.receiptHandle);
  });

  test('gathers what is sent in one turn, up to the batch size, and keeps to the concurrency', async () => {
    const queue = createMemoryQueue();
    const sizes: number[] = [];
    let running = 0;
    let most = 0;
    queue.consume(
      'arrivals',
      async (event) => {
        sizes.push(event.Records.length);
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return undefined;
      },
      options,
    );
    await Promise.all(Array.from({ length: 45 }, () => queue.send('arrivals', 'x')));
    expect(queue.depth('arrivals')).toBe(45);
    await queue.drain();
    expect(sizes).toEqual([10, 10, 10, 10, 5]);
    expect(most).toBe(2);
    expect(queue.depth('arrivals')).toBe(0);
  });

  test('waits for the window to fill a batch, not longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const queue = createMemoryQueue();
    const batches: string[][] = [];
    const handler = async (event: SQSEvent) => {
      batches.push(bodiesOf(event));
      return undefined;
    };
    queue.consume('jobs', handler, { ...options, batchSize: 2, windowMs: 100 });
    await queue.send('jobs', '1');
    await pass(99);
    expect(batches).toEqual([]);
    await pass(1);
    expect(batches).toEqual([['1']]);
    for (const body of ['2', '3', '4']) await queue.send('jobs', body);
    await pass(0);
    expect(batches).toEqual([['1'], ['2', '3']]);
    await pass(100);
    expect(batches).toEqual([['1'], ['2', '3'], ['4']]);
    await queue.close();
  });

  test('delivers again what failed, and only that, after a growing delay', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const queue = createMemoryQueue({ retryDelayMs: 100, maxRetryDelayMs: 150 });
    const batches: string[][] = [];
    const handler = async (event: SQSEvent) => {
      batches.push(bodiesOf(event));
      return failed(...event.Records.filter(({ body }) => body === 'bad'));
    };
    queue.consume('jobs', handler, options);
    for (const body of ['good', 'bad']) await queue.send('jobs', body);
    await pass(99);
    expect(batches).toEqual([['good', 'bad']]);
    await pass(1);
    expect(batches).toEqual([['good', 'bad'], ['bad']]);
    await pass(149);
    expect(batches).toHaveLength(2);
    await pass(1);
    expect(batches).toHaveLength(3);
    await queue.close();
  });

  test.each([
    ['throws', async () => Promise.reject(new Error('bug'))],
    ['names a message it was not given', async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
  ])('a handler that %s has failed with the whole batch, which ends as dead letters', async (_name, handler) => {
    const queue = createMemoryQueue({ retryDelayMs: 1 });
    const dead: SQSRecord[] = [];
    queue.consume('jobs', handler, { ...options, onDeadLetter: (record) => void dead.push(record) });
    await Promise.all([queue.send('jobs', 'a'), queue.send('jobs', 'b')]);
    await queue.drain();
    expect(dead.map(({ body }) => body).toSorted()).toEqual(['a', 'b']);
    expect(dead.map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['3', '3']);
  });

  test('a dead letter that nobody could take is delivered again', async () => {
    const queue = createMemoryQueue({ retryDelayMs: 1 });
    const onDeadLetter = vi.fn(() => Promise.resolve()).mockRejectedValueOnce(new Error('storage is down'));
    queue.consume('jobs', async (event) => failed(...event.Records), { ...options, maxReceiveCount: 1, onDeadLetter });
    await queue.send('jobs', 'x');
    await queue.drain();
    expect(onDeadLetter).toHaveBeenCalledTimes(2);
  });

  test('drains what handlers send to other queues', async () => {
    const queue = createMemoryQueue();
    const jobs: string[] = [];
    queue.consume(
      'arrivals',
      async () => {
        await queue.send('jobs', 'from arrivals', { delaySeconds: 0.005 });
        return undefined;
      },
      options,
    );
    queue.consume(
      'jobs',
      async (event) => {
        jobs.push(...bodiesOf(event));
        return undefined;
      },
      options,
    );
    await queue.send('arrivals', 'x');
    await queue.drain();
    expect(jobs).toEqual(['from arrivals']);
  });

  test('close waits for what runs and takes nothing more', async () => {
    const queue = createMemoryQueue({ retryDelayMs: 1 });
    const { promise, resolve } = gate();
    const handled: string[] = [];
    const started = vi.fn();
    queue.consume(
      'jobs',
      async (event) => {
        started();
        await promise;
        handled.push(...bodiesOf(event));
        return undefined;
      },
      { ...options, batchSize: 1, concurrency: 1 },
    );
    await queue.send('jobs', 'running');
    await queue.send('jobs', 'waiting');
    await queue.send('jobs', 'delayed', { delaySeconds: 60 });
    await vi.waitFor(() => expect(started).toHaveBeenCalledTimes(1), { timeout: 30_000 });
    const closed = queue.close();
    resolve();
    await closed;
    await queue.send('jobs', 'too late');
    await new Promise(setImmediate);
    expect(handled).toEqual(['running']);
    expect(queue.depth('jobs')).toBe(3);
  });

  test('delivers what was sent before there was a consumer', async () => {
    const queue = createMemoryQueue();
    await queue.send('jobs', 'early');
    const handler = vi.fn(async () => undefined);
    queue.consume('jobs', handler, options);
    await queue.drain();
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test('hands out one message of a group at a time, and others beside it', async () => {
    const queue = createMemoryQueue({ groupDelayMs: 1, retryDelayMs: 1 });
    const running = new Set<string>();
    const together: string[] = [];
    const seen: string[] = [];
    queue.consume(
      'index',
      async (event) => {
        const [body = ''] = bodiesOf(event);
        const group = body.slice(0, 1);
        if (running.has(group)) together.push(body);
        running.add(group);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running.delete(group);
        seen.push(body);
        return seen.length === 1 ? failed(...event.Records) : undefined;
      },
      { ...options, batchSize: 1, concurrency: 3 },
    );
    for (const body of ['a1', 'a2', 'a3', 'b1']) await queue.send('index', body, { group: body.slice(0, 1) });
    await queue.drain();
    expect(together).toEqual([]);
    expect(seen.toSorted()).toHaveLength(5);
    expect([...new Set(seen)].toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  test('what is sent while the same is being handled comes once more', async () => {
    const queue = createMemoryQueue({ groupDelayMs: 1 });
    let handled = 0;
    queue.consume(
      'index',
      async () => {
        handled += 1;
        if (handled === 1) {
          for (let n = 0; n < 3; n += 1) await queue.send('index', 'x', { group: 'g' });
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return undefined;
      },
      { ...options, batchSize: 1 },
    );
    await queue.send('index', 'x', { group: 'g' });
    await queue.drain();
    expect(handled).toBe(2);
  });
});
