import { createHash } from 'node:crypto';
import type { Entropy } from '../../ports/entropy.ts';
import { readableBase32 } from './readable-base32.ts';

/** `ll_`, sixteen characters that name the key, `_`, and a secret of 280 bits. */
const KEY = /^ll_([a-z2-7]{16})_[a-z2-7]{56}$/;
const NAME_BYTES = 10;
const SECRET_BYTES = 35;

/** A fresh key: `text` is for its owner alone, the rest is kept. */
export interface NewKey {
  readonly text: string;
  readonly apiKeyId: string;
  readonly prefix: string;
  readonly hash: string;
}

export function newKey(entropy: Entropy): NewKey {
  const name = readableBase32(entropy.bytes(NAME_BYTES)).toLowerCase();
  const text = `ll_${name}_${readableBase32(entropy.bytes(SECRET_BYTES)).toLowerCase()}`;
  return { text, apiKeyId: `key-${name}`, prefix: `ll_${name}`, hash: keyHash(text) };
}

/** Whether this is meant to be an API key, whole or not. */
export function isApiKeyText(token: string): boolean {
  return token.startsWith('ll_');
}

/** The id of the key that a text names, or `undefined` where it is none, or not a whole one. */
export function keyIdOf(text: string): string | undefined {
  const name = KEY.exec(text)?.[1];
  return name === undefined ? undefined : `key-${name}`;
}

/** SHA-256: nobody guesses a secret of this length, so that a fast hash will do. */
export function keyHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
