import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** As SQS asks of a queue that invokes a function: six times its timeout, so that no message comes twice while it runs. */
const VISIBILITY_TIMEOUTS = 6;
/** The longest that SQS keeps a message: the envelope of journal mail is nowhere else until it is settled. */
export const RETENTION = Duration.days(14);

export interface WorkQueueProps {
  readonly queueName: string;
  /** After so many failed deliveries a message is a dead letter. */
  readonly maxReceiveCount: number;
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
    this.deadLetters = queue(this, 'DeadLetters', `${queueName}-dead`, { timeoutSeconds: deadLetterTimeoutSeconds });
    this.queue = queue(this, 'Queue', queueName, {
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
  readonly timeoutSeconds: number;
  readonly windowSeconds?: number;
  readonly deadLetterQueue?: { readonly queue: Queue; readonly maxReceiveCount: number };
}

function queue(
  scope: Construct,
  id: string,
  queueName: string,
  { timeoutSeconds, windowSeconds = 0, deadLetterQueue }: QueueShape,
): Queue {
  return new Queue(scope, id, {
    queueName,
    visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * timeoutSeconds + windowSeconds || 30),
    retentionPeriod: RETENTION,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    ...(deadLetterQueue ? { deadLetterQueue } : {}),
  });
}
