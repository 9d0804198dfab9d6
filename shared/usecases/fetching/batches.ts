import type { MessageFacts } from '../../sources/source.ts';

/** Messages that are fetched with one command and filed together. */
const BATCH_MESSAGES = 50;
/** Bytes of a batch, as the source counts them: a few batches are in memory at once. */
const BATCH_BYTES = 4 * 1024 * 1024;

const PIECE_BYTES = 1024 * 1024;

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

/** What part of a full batch these messages are, by number or bytes; above 1 for one that stands alone. */
export function shareOfBatch(messages: readonly Pick<MessageFacts, 'sizeBytes'>[]): number {
  const sizeBytes = messages.reduce((sum, message) => sum + message.sizeBytes, 0);
  return Math.max(messages.length / BATCH_MESSAGES, sizeBytes / BATCH_BYTES);
}

/** Whether a message goes from the source into intake in pieces, without ever being in memory as a whole. */
export function isLarge({ sizeBytes }: Pick<MessageFacts, 'sizeBytes'>): boolean {
  return sizeBytes > BATCH_BYTES;
}

/** What is in memory, as if it came in pieces: nobody takes a copy of the whole then. */
export async function* inPieces(raw: Uint8Array): AsyncIterable<Uint8Array> {
  for (let start = 0; start < raw.length; start += PIECE_BYTES) yield raw.subarray(start, start + PIECE_BYTES);
}
