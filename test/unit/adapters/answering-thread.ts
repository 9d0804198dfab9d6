import { threadId } from 'node:worker_threads';
import { serveThread } from '../../../shared/adapters/threads/serve-thread.ts';
import { NotFoundError } from '../../../shared/errors.ts';

/** A thread of a pool under test: echoes, fails, dies, or says which it is. */
serveThread(async (question) => {
  if (question === 'who') return threadId;
  if (question === 'fail') throw new NotFoundError('it');
  if (question === 'die') process.exit(1);
  if (question === 'wait') await new Promise(() => undefined);
  return question;
});
