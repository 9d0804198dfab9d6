import { hash } from 'node:crypto';
import type { Entropy } from '../../ports/entropy.ts';

/** The same bytes in the same order for the same seed; for tests only. */
export function createSeededEntropy(seed: string): Entropy {
  let count = 0;
  return {
    bytes(length) {
      const blocks: Buffer[] = [];
      for (let sizeBytes = 0; sizeBytes < length; sizeBytes += 32) {
        blocks.push(hash('sha256', `${seed} ${count++}`, 'buffer'));
      }
      return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
    },
  };
}
