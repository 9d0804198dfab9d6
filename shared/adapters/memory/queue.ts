import { InvalidRequestError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Queue, QueueName } from '../../ports/queue.ts';
import { checkSend } from '../rules/queue-message.ts';
import type { ConsumeOptions, QueueHandler } from './consume-options.ts';
import { QueueConsumer } from './queue-consumer.ts';
import { QueueMessages } from './queue-messages.ts';

export interface MemoryQueue extends Queue {
  /** Delivers to `handler` from now on. One consumer per queue. */
  consume(queue: QueueName, handler: QueueHandler, options: ConsumeOptions): void;
  /** Messages that are not done: waiting, delayed and being handled. */
  depth(queue: QueueName): number;
  /** Resolves once every queue with a consumer is empty, delayed messages and repeats included. */
  drain(): Promise<void>;
  /** Delivers nothing more and waits for the handlers that run. What is left is left. */
  close(): Promise<void>;
}

export interface MemoryQueueOptions {
  /** For the times in the records. */
  readonly clock?: Clock;
  /** Delay before the second delivery; doubles with every further one, up to `maxRetryDelayMs`. */
  readonly retryDelayMs?: number;
  readonly maxRetryDelayMs?: number;
  /** How long a message of a group waits for others like it. */
  readonly groupDelayMs?: number;
}

/**
 * A queue within the process: as durable as the process, so what it carries must be found again in storage.
 * Its timers never keep the process alive.
 */
export function createMemoryQueue(options: MemoryQueueOptions = {}): MemoryQueue {
  const { clock = { now: () => new Date() }, retryDelayMs = 1000, maxRetryDelayMs = 60_000 } = options;
  const { groupDelayMs = 1000 } = options;
  const queues: Record<QueueName, QueueMessages> = {
    arrivals: new QueueMessages('arrivals', clock),
    jobs: new QueueMessages('jobs', clock),
    fetches: new QueueMessages('fetches', clock),
    signatures: new QueueMessages('signatures', clock),
    index: new QueueMessages('index', clock),
    purges: new QueueMessages('purges', clock),
    holds: new QueueMessages('holds', clock),
  };
  const consumers = new Map<QueueName, QueueConsumer>();

  return {
    async send(queue, body, sendOptions = {}) {
      checkSend(body, sendOptions);
      const { delaySeconds = 0, group } = sendOptions;
      if (group === undefined) queues[queue].add(body, delaySeconds * 1000);
      else queues[queue].addToGroup(group, body, groupDelayMs);
    },
    consume(queue, handler, consumeOptions) {
      if (consumers.has(queue)) throw new InvalidRequestError(`queue ${queue} has a consumer`);
      const retry = { delayMs: retryDelayMs, maxDelayMs: maxRetryDelayMs };
      consumers.set(queue, new QueueConsumer(queues[queue], handler, consumeOptions, retry));
    },
    depth: (queue) => queues[queue].depth,
    async drain() {
      // Handlers of one queue may send to another that was idle a moment ago.
      while ([...consumers.keys()].some((queue) => queues[queue].depth > 0)) {
        await Promise.all([...consumers.keys()].map((queue) => queues[queue].whenEmpty()));
      }
    },
    async close() {
      await Promise.all([...consumers.values()].map((consumer) => consumer.close()));
      for (const queue of Object.values(queues)) queue.close();
    },
  };
}
