import type { MailReader } from '../../ports/mail-reader.ts';
import type { ReaderAnswer, ReaderQuestion } from './protocol.ts';

/**
 * Answers the questions of `createReaderProcess` from within a process, one after the other, in their order. Whatever
 * throws ends the process, and so does the end of the one that asks.
 */
export function serveReader(reader: MailReader): void {
  let before: Promise<void> = Promise.resolve();
  process.on('message', (question: ReaderQuestion) => {
    before = before.then(async () => {
      const answer: ReaderAnswer = { value: await answerOf(reader, question) };
      process.send?.(answer);
    });
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

function answerOf(reader: MailReader, { method, bytes, argument }: ReaderQuestion): Promise<unknown> {
  // The argument is what the method's own caller gave on the other side.
  const call: (bytes: Uint8Array, argument: never) => Promise<unknown> = reader[method];
  return call(bytes, argument as never);
}
