import type { Answer, Question } from './protocol.ts';

/** Methods by name: each takes bytes and what its own caller gave on the other side. */
export type Methods = { readonly [Name in string]: (bytes: Uint8Array, argument: never) => Promise<unknown> };

/**
 * Answers the questions of `createIsolatedProcess` from within a process, one after the other, in their order.
 * Whatever throws ends the process, and so does the end of the one that asks. `isSpent`, asked after each answer, tells
 * that no other question should be answered here.
 */
export function serveQuestions(methods: Methods, isSpent: () => boolean = () => false): void {
  let before: Promise<void> = Promise.resolve();
  process.on('message', ({ method, bytes, argument }: Question) => {
    const answered = before.then(async () => {
      const value = await methods[method]?.(bytes, argument as never);
      const answer: Answer = { value, isLast: isSpent() };
      process.send?.(answer);
    });
    before = answered.catch(() => process.exit(1));
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
