import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';

/** base32hex (RFC 4648, section 7) in lower case: texts order as the bytes they stand for. */
const ALPHABET = '0123456789abcdefghijklmnopqrstuv';
/** 45 bits of milliseconds: enough until the year 3084. */
const TIME_CHARACTERS = 9;
/** 80 bits: ids made in the same millisecond do not meet. */
const RANDOM_BYTES = 10;

/** An id that sorts by the time it was made: `<prefix>-`, nine characters of time, sixteen of randomness. */
export function newId(ports: { readonly clock: Clock; readonly entropy: Entropy }, prefix: string): string {
  return firstIdAt(prefix, ports.clock.now()) + base32(ports.entropy.bytes(RANDOM_BYTES));
}

/** Sorts before all ids with this prefix made at `time` or later, and behind all made earlier. */
export function firstIdAt(prefix: string, time: Date): string {
  let milliseconds = Math.max(0, time.getTime());
  let text = '';
  for (let i = 0; i < TIME_CHARACTERS; i++) {
    text = ALPHABET.charAt(milliseconds % 32) + text;
    milliseconds = Math.floor(milliseconds / 32);
  }
  return `${prefix}-${text}`;
}

/** Bytes as base32hex in lower case, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let waiting = 0;
  for (const byte of bytes) {
    waiting = (waiting << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((waiting >> bits) & 31);
    }
    waiting &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((waiting << (5 - bits)) & 31) : text;
}
