import { argon2Sync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { HashAnswer, HashRequest } from './hash-protocol.ts';

// The process that makes password hashes for `createHashProcess`. It ends with the one that started it.

/**
 * After each hash it rests this many times the processor time of it: hashing fills the caches of the processor, which
 * slows others down too. Not the time that passed: where others have the processor, it has rested enough.
 */
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
  const before = process.cpuUsage();
  process.send?.(answer(request));
  const { user, system } = process.cpuUsage(before);
  await setTimeout(((user + system) / 1000) * REST);
}

process.on('message', (request: HashRequest) => {
  last = last.then(() => serve(request));
});
process.on('disconnect', () => process.exit());
// A terminal sends these to the whole group; the parent ends this process once it is done with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
