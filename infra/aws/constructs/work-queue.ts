import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/**
 * A message waits longer than the slot of time for which it stands (`createSqsQueue`). High throughput, as what is
 * found to be sent twice is of one group.
 */
const GROUPS = {
  fifo: true,
  deliveryDelay: Duration.seconds(20),
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} as const;

/** As SQS asks of a queue that invokes a function: six times its timeout, so that no message comes twice while it runs. */
const VISIBILITY_TIMEOUTS = 6;
/**
 * Of queues with groups only so much longer than the timeout: while a message is out, be it because the function died of
 * it, none of its group is delivered. One that comes twice, where Lambda had to wait for its turn, does no harm.
 */
const GROUP_BLOCKED_SECONDS = 60;
/** The longest that SQS keeps a message: the envelope of journal mail is nowhere else until it is settled. */
export const RETENTION = Duration.days(14);

export interface WorkQueueProps {
  readonly queueName: string;
  /** After so many failed deliveries a message is a dead letter. */
  readonly maxReceiveCount: number;
  /** Messages of a group come one at a time, those sent soon after one another as one. */
  readonly groups?: boolean;
  /** Of the function that takes the messages. */
  readonly timeoutSeconds: number;
  readonly windowSeconds?: number;
  /** Of the function that settles the dead letters, where there is one. */
  readonly deadLetterTimeoutSeconds?: number;
}

/** A queue that invokes a function, and the queue of its dead letters. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { queueName, maxReceiveCount, timeoutSeconds, windowSeconds = 0, deadLetterTimeoutSeconds = 0 } = props;
    const { groups = false } = props;
    this.deadLetters = queue(this, 'DeadLetters', `${queueName}-dead`, {
      groups,
      timeoutSeconds: deadLetterTimeoutSeconds,
    });
    this.queue = queue(this, 'Queue', queueName, {
      groups,
      timeoutSeconds,
      windowSeconds,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
  }

  /** Grants adding messages. */
  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
  }
}

interface QueueShape {
  readonly groups: boolean;
  readonly timeoutSeconds: number;
  readonly windowSeconds?: number;
  readonly deadLetterQueue?: { readonly queue: Queue; readonly maxReceiveCount: number };
}

function visibilitySeconds({ groups, timeoutSeconds, windowSeconds = 0 }: QueueShape): number {
  // What nothing takes has no timeout.
  if (timeoutSeconds === 0) return 30;
  return groups ? timeoutSeconds + GROUP_BLOCKED_SECONDS : VISIBILITY_TIMEOUTS * timeoutSeconds + windowSeconds;
}

function queue(
  scope: Construct,
  id: string,
  queueName: string,
  { groups, timeoutSeconds, windowSeconds = 0, deadLetterQueue }: QueueShape,
): Queue {
  return new Queue(scope, id, {
    // SQS wants it in the name.
    queueName: groups ? `${queueName}.fifo` : queueName,
    ...(groups ? GROUPS : {}),
    visibilityTimeout: Duration.seconds(visibilitySeconds({ groups, timeoutSeconds, windowSeconds })),
    retentionPeriod: RETENTION,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    ...(deadLetterQueue ? { deadLetterQueue } : {}),
  });
}
