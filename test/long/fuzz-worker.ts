import { parentPort, workerData } from 'node:worker_threads';
import { checkMail } from '../fuzz/check-mail.ts';
import { fuzzMails } from './fuzz-mails.ts';
import { type FuzzMessage, type FuzzTask, NONE } from './fuzz-thread.ts';

// A thread of `FuzzThread`: checks a part of a block of mails, one after the other, and says which one it is at.

const { seed, sources, current }: FuzzTask = workerData;
const at = new Int32Array(current);

parentPort?.on('message', async ({ block, from }: { readonly block: number; readonly from: number }) => {
  for (const { number, mail, donor } of fuzzMails(seed, block, sources)) {
    if (number < from) continue;
    Atomics.store(at, 0, number);
    try {
      await checkMail(mail, donor);
    } catch (error) {
      say({ kind: 'failed', number, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  Atomics.store(at, 0, NONE);
  say({ kind: 'done' });
});

function say(message: FuzzMessage): void {
  parentPort?.postMessage(message);
}
