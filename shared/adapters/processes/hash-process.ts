import { argon2Sync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { HashAnswer, HashRequest } from './hash-protocol.ts';

// The process that makes password hashes for `createHashProcess`. It ends with the one that started it.

/** After each hash it rests this many times as long: hashing fills the caches of the processor, which slows others down too. */
const REST = 2;

let last = Promise.resolve();

function answer({ id, parameters }: HashRequest): HashAnswer {
  try {
    return { id, tag: argon2Sync('argon2id', parameters) };
  } catch {
    return { id };
  }
}

async function serve(request: HashRequest): Promise<void> {
  const start = performance.now();
  process.send?.(answer(request));
  await setTimeout((performance.now() - start) * REST);
}

process.on('message', (request: HashRequest) => {
  last = last.then(() => serve(request));
});
process.on('disconnect', () => process.exit());
// A terminal sends these to the whole group; the parent ends this process once it is done with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
