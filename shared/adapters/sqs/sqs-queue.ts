import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { InvalidRequestError } from '../../errors.ts';
import type { Queue, QueueName } from '../../ports/queue.ts';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';
import { isRefusal, translated } from '../aws/failures.ts';
import { checkSend } from '../rules/queue-message.ts';

/**
 * Messages of a group with the same body that are sent in one such slot of time are one. FIFO queues are deployed with
 * a delivery delay of 5 s more, as clocks differ: what is left out was sent before the one that stands for it comes.
 */
const GROUP_SLOT_SECONDS = 15;

/** A client as `createSqsQueue` wants it. */
export function createSqsClient(place: ClientPlace = {}): SQSClient {
  return new SQSClient(clientSettings(place, { attempts: 5, timeoutMs: 10_000 }));
}

/**
 * The sending side of `Queue`; Lambda delivers. A delay is rounded up to whole seconds. Messages with a group need a
 * FIFO queue with a delivery delay of 20 s, those without a standard queue.
 */
export function createSqsQueue(options: {
  readonly client: SQSClient;
  /** Left out: queues that this function never sends to. */
  readonly queueUrls: { readonly [Name in QueueName]?: string };
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}): Queue {
  const { client, queueUrls, now = Date.now } = options;
  return {
    async send(queue, body, sendOptions = {}) {
      const url = queueUrls[queue];
      if (url === undefined) throw new TypeError(`no URL was given for the queue ${queue}`);
      checkSend(body, sendOptions);
      const { delaySeconds = 0, group } = sendOptions;
      const delay = delaySeconds > 0 ? { DelaySeconds: Math.ceil(delaySeconds) } : {};
      const grouped =
        group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: onceInSlot(group, body, now()) };
      await translated(`send to the queue ${queue}`, async () => {
        try {
          await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...delay, ...grouped }));
        } catch (error) {
          if (!isRefusal(error, 'InvalidMessageContents')) throw error;
          throw new InvalidRequestError('a queue message has characters that XML 1.0 does not have');
        }
      });
    },
  };
}

/** Amazon SQS developer guide, "Using the message deduplication ID": at most 128 characters. */
function onceInSlot(group: string, body: string, now: number): string {
  const slot = Math.floor(now / (GROUP_SLOT_SECONDS * 1000));
  return `${createHash('sha256').update(`${group}\0${body}`).digest('hex')}-${slot}`;
}
