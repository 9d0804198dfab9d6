import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { InvalidRequestError } from '../../errors.ts';
import type { Queue, QueueName } from '../../ports/queue.ts';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';
import { isRefusal, translated } from '../aws/failures.ts';

/** What the port allows; SQS itself takes more of late. */
const MAX_BODY_BYTES = 256 * 1024;
/** SQS delays no longer. */
const MAX_DELAY_SECONDS = 900;

/** A client as `createSqsQueue` wants it. */
export function createSqsClient(place: ClientPlace = {}): SQSClient {
  return new SQSClient(clientSettings(place, { attempts: 5, timeoutMs: 10_000 }));
}

/**
 * The sending side of `Queue` on standard queues; Lambda delivers. A delay is rounded up to whole seconds;
 * one over 15 minutes is an `InvalidRequestError`.
 */
export function createSqsQueue(options: {
  readonly client: SQSClient;
  /** Left out: queues that this function never sends to. */
  readonly queueUrls: { readonly [Name in QueueName]?: string };
}): Queue {
  const { client, queueUrls } = options;
  return {
    async send(queue, body, { delaySeconds = 0 } = {}) {
      const url = queueUrls[queue];
      if (url === undefined) throw new TypeError(`no URL was given for the queue ${queue}`);
      if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
        throw new InvalidRequestError(`a queue message has at most ${MAX_BODY_BYTES} bytes`);
      }
      if (delaySeconds > MAX_DELAY_SECONDS) {
        throw new InvalidRequestError(`a queue message is delayed by at most ${MAX_DELAY_SECONDS} s`);
      }
      const delay = delaySeconds > 0 ? { DelaySeconds: Math.ceil(delaySeconds) } : {};
      await translated(`send to the queue ${queue}`, async () => {
        try {
          await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...delay }));
        } catch (error) {
          if (!isRefusal(error, 'InvalidMessageContents')) throw error;
          throw new InvalidRequestError('a queue message has characters that XML 1.0 does not have');
        }
      });
    },
  };
}
