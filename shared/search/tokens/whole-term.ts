import { hash } from 'node:crypto';

/** In UTF-8; longer ones are cut and end in a hash of the whole. */
const LONGEST_BYTES = 64;
const KEPT_CHARACTERS = 31;
const HASH_CHARACTERS = 32;

/**
 * The one term for a text that is found only as a whole: a Message-ID (with or without its angle brackets) or
 * `name=value` of a header field. Case is ignored (ASCII only), and so is white space around and the amount of it
 * within. At most 64 bytes of UTF-8; empty where the text is.
 */
export function wholeTerm(text: string): string {
  const folded = text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^<([^<>]*)>$/, '$1')
    .replace(/[A-Z]+/g, (upper) => upper.toLowerCase())
    .toWellFormed();
  if (Buffer.byteLength(folded) <= LONGEST_BYTES) return folded;
  const beginning = folded.replace(/[^!-~]/g, '').slice(0, KEPT_CHARACTERS);
  return `${beginning}#${hash('sha256', folded, 'hex').slice(0, HASH_CHARACTERS)}`;
}
