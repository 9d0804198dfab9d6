import { createHash } from 'node:crypto';
import type { Entropy } from '../../ports/entropy.ts';
import { readableBase32 } from './readable-base32.ts';

const CODES = 10;
/** 80 bits: guessing one is hopeless even for whoever has the hashes, so a fast hash will do. */
const CODE_BYTES = 10;

/** Fresh recovery codes, in groups of four characters, and the hashes that are kept of them. */
export function newRecoveryCodes(entropy: Entropy): {
  readonly codes: readonly string[];
  readonly hashes: readonly string[];
} {
  const codes = Array.from({ length: CODES }, () => {
    return (readableBase32(entropy.bytes(CODE_BYTES)).toLowerCase().match(/.{4}/g) ?? []).join('-');
  });
  return { codes, hashes: codes.map(recoveryHash) };
}

/** The hash of a code, however it is spaced and in whatever case. */
export function recoveryHash(code: string): string {
  const plain = code.toLowerCase().replace(/[^a-z2-7]/g, '');
  return createHash('sha256').update(`recovery\0${plain}`).digest('hex');
}
