import { parentPort } from 'node:worker_threads';
import { ArchiveError } from '../../errors.ts';
import type { ThreadAnswer, ThreadQuestion } from './protocol.ts';

/** Answers the questions that the pool of this thread hands it, one after the other. */
export function serveThread(answer: (question: unknown) => Promise<unknown>): void {
  const port = parentPort;
  if (!port) throw new TypeError('this module runs in a thread of a pool');
  port.on('message', ({ id, question }: ThreadQuestion) => {
    void answer(question).then(
      (given) => port.postMessage({ id, answer: given } satisfies ThreadAnswer),
      (error: unknown) => {
        const code = error instanceof ArchiveError ? { code: error.code } : {};
        const failed = error instanceof Error ? error.message : 'unknown error';
        port.postMessage({ id, failed, ...code } satisfies ThreadAnswer);
      },
    );
  });
}
