import { parentPort } from 'node:worker_threads';
import type { DiskOperation } from './disk-protocol.ts';
import { runOperations } from './disk-work.ts';

// A thread of `DiskThreads`: answers each batch of operations with as many answers.

parentPort?.on('message', (operations: readonly DiskOperation[]) => {
  parentPort?.postMessage(runOperations(operations));
});
