import { createSqsClient, createSqsQueue } from '../../shared/adapters/sqs/sqs-queue.ts';
import type { Queue, QueueName } from '../../shared/ports/queue.ts';
import type { Environment } from './environment.ts';
import { queueVariable } from './variables.ts';

/** The queues that this function sends to. */
export function cloudQueue(environment: Environment, names: readonly QueueName[]): Queue {
  const queueUrls = Object.fromEntries(names.map((name) => [name, environment.text(queueVariable(name))]));
  return createSqsQueue({ client: createSqsClient(), queueUrls });
}
