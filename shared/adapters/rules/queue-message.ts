import { InvalidRequestError } from '../../errors.ts';
import type { SendOptions } from '../../ports/queue.ts';

/** What the port allows; SQS itself takes more of late. */
const MAX_BODY_BYTES = 256 * 1024;
/** SQS delays no longer. */
const MAX_DELAY_SECONDS = 900;
/** Amazon SQS developer guide, "Using the message group ID". */
const GROUP = /^[A-Za-z0-9!"#$%&'()*+,./:;<=>?@[\\\]^_`{|}~-]{1,128}$/;

/** Throws `InvalidRequestError` for what no queue takes. */
export function checkSend(body: string, { delaySeconds = 0, group }: SendOptions): void {
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
    throw new InvalidRequestError(`a queue message has at most ${MAX_BODY_BYTES} bytes`);
  }
  if (delaySeconds > MAX_DELAY_SECONDS) {
    throw new InvalidRequestError(`a queue message is delayed by at most ${MAX_DELAY_SECONDS} s`);
  }
  if (group === undefined) return;
  if (!GROUP.test(group)) throw new InvalidRequestError('a group of queue messages has 1 to 128 characters of ASCII');
  if (delaySeconds > 0) throw new InvalidRequestError('a message of a group cannot be delayed by itself');
}
