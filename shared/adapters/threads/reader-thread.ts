import { parentPort } from 'node:worker_threads';
import type { MailReader } from '../../ports/mail-reader.ts';
import type { ReaderAnswer, ReaderQuestion } from './protocol.ts';

/**
 * Answers the questions of `createReaderThread` from within a thread, one after the other, in their order. Whatever
 * throws ends the thread.
 */
export function serveReader(reader: MailReader): void {
  let before: Promise<void> = Promise.resolve();
  parentPort?.on('message', (question: ReaderQuestion) => {
    before = before.then(async () => {
      const answer: ReaderAnswer = { value: compact(await answerOf(reader, question)) };
      parentPort?.postMessage(answer);
    });
  });
}

function answerOf(reader: MailReader, { method, bytes, argument }: ReaderQuestion): Promise<unknown> {
  // The argument is what the method's own caller gave on the other side.
  const call: (bytes: Uint8Array, argument: never) => Promise<unknown> = reader[method];
  return call(bytes, argument as never);
}

/** Bytes that share the memory of the mail would be copied over with all of it. */
function compact(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('content' in value)) return value;
  return value.content instanceof Uint8Array ? { ...value, content: new Uint8Array(value.content) } : value;
}
