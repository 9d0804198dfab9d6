import { randomBytes } from 'node:crypto';
import type { Entropy } from '../../ports/entropy.ts';

export const cryptoEntropy: Entropy = { bytes: (count) => new Uint8Array(randomBytes(count)) };
