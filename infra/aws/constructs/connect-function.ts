import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { ArchiveFunction } from './archive-function.ts';

export interface Deliveries {
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number;
  /** Whether the function answers which messages have to come again. */
  readonly partial: boolean;
}

/**
 * Has a queue invoke a function, which may do with the queue what Lambda does in its name and nothing else. `id` tells
 * further queues of the same function from its first.
 */
export function deliver(
  target: ArchiveFunction,
  queue: Queue,
  { batchSize, windowSeconds, ...rest }: Deliveries,
  id = '',
): void {
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  const granted = Grant.addToPrincipal({ grantee: target.role, actions, resourceArns: [queue.queueArn] });
  const mapping = new EventSourceMapping(target, `Deliveries${id}`, {
    target: target.lambda,
    eventSourceArn: queue.queueArn,
    batchSize,
    maxConcurrency: rest.maxConcurrency,
    reportBatchItemFailures: rest.partial,
    ...(windowSeconds > 0 ? { maxBatchingWindow: Duration.seconds(windowSeconds) } : {}),
  });
  // Lambda tries the queue out when the mapping is made.
  granted.applyBefore(mapping);
}

/** Has a schedule invoke a function. A run that fails is made up for by the next. */
export function schedule(target: ArchiveFunction, everyMinutes: number): void {
  new Rule(target, 'Schedule', {
    schedule: Schedule.rate(Duration.minutes(everyMinutes)),
    targets: [
      new LambdaFunction(target.lambda, {
        retryAttempts: 0,
        maxEventAge: Duration.minutes(Math.max(1, Math.min(60, everyMinutes))),
      }),
    ],
  });
}
