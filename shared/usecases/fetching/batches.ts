import type { MessageFacts } from '../../sources/source.ts';

/** Messages that are fetched with one command and filed together. */
const BATCH_MESSAGES = 50;
/** Bytes of a batch, as the source counts them: a few batches are in memory at once. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** Splits messages into batches, in their order; one that is larger than a batch stands alone. */
export function batchesOf<Message extends Pick<MessageFacts, 'sizeBytes'>>(
  messages: readonly Message[],
): readonly (readonly Message[])[] {
  const batches: Message[][] = [];
  let current: Message[] = [];
  let sizeBytes = 0;
  for (const message of messages) {
    const isFull = current.length >= BATCH_MESSAGES || sizeBytes + message.sizeBytes > BATCH_BYTES;
    if (isFull && current.length > 0) {
      batches.push(current);
      current = [];
      sizeBytes = 0;
    }
    current.push(message);
    sizeBytes += message.sizeBytes;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}

/** Whether a message goes from the source into intake in pieces, without ever being in memory as a whole. */
export function isLarge({ sizeBytes }: Pick<MessageFacts, 'sizeBytes'>): boolean {
  return sizeBytes > BATCH_BYTES;
}
