import type { Ports } from '../../ports/ports.ts';

/** Characters of a generated password: no two look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const PASSWORD_CHARACTERS = 20;

/** A password that nobody can guess (99 bits), easy to read from a screen. */
export function generatePassword({ entropy }: Pick<Ports, 'entropy'>): string {
  const characters: string[] = [];
  while (characters.length < PASSWORD_CHARACTERS) {
    const [byte = 255] = entropy.bytes(1);
    // Bytes beyond the last whole multiple would make some characters likelier.
    if (byte < ALPHABET.length * Math.floor(256 / ALPHABET.length)) {
      characters.push(ALPHABET.charAt(byte % ALPHABET.length));
    }
  }
  return characters.join('');
}
