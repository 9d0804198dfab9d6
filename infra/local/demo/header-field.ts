import { charsetBytes } from './charset-bytes.ts';
import type { Person } from './person.ts';

/** An encoded word has at most 75 characters (RFC 2047, 2). */
const ENCODED_WORD = 75;

/** Unstructured text for a header field: as it is where it is ASCII, else in encoded words of `charset` or UTF-8. */
export function unstructured(text: string, charset: string): string {
  return isAscii(text) ? text : encodedWords(text, charset).join('\r\n ');
}

/** `Name <address>` (RFC 5322, 3.4), the name quoted or encoded where it must be. */
export function mailboxSpec({ name, address }: Pick<Person, 'name' | 'address'>, charset: string): string {
  if (name === '') return address;
  if (!isAscii(name)) return `${encodedWords(name, charset).join('\r\n ')} <${address}>`;
  return /^[\w ]+$/.test(name) ? `${name} <${address}>` : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}

/** A list of mailboxes, one on each line. */
export function addressList(people: readonly Pick<Person, 'name' | 'address'>[], charset: string): string {
  return people.map((person) => mailboxSpec(person, charset)).join(',\r\n ');
}

/** A file name as a parameter: as it is, or as RFC 2231 puts what is not ASCII. */
export function filenameParameter(name: string, filename: string): string {
  if (isAscii(filename)) return `${name}="${filename}"`;
  return `${name}*=utf-8''${encodeURIComponent(filename)}`;
}

/** A date and time (RFC 5322, 3.3) in a zone `offsetMinutes` east of UTC. */
export function dateTime(date: Date, offsetMinutes: number): string {
  const local = new Date(date.getTime() + offsetMinutes * 60_000).toUTCString();
  const hours = String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0');
  return local.replace('GMT', `${offsetMinutes < 0 ? '-' : '+'}${hours}${minutes}`);
}

/** Whether `text` can stand in a message without any encoding. */
export function isAscii(text: string): boolean {
  return /^[\t\r\n -~]*$/.test(text);
}

function encodedWords(text: string, charset: string): string[] {
  const usable = charsetBytes(text, charset) === undefined ? 'utf-8' : charset;
  const words: string[] = [];
  let word = '';
  let letters = '';
  for (const letter of text) {
    const longer = encodedWord(letters + letter, usable);
    if (longer.length > ENCODED_WORD) {
      words.push(word);
      letters = letter;
    } else {
      letters += letter;
    }
    word = encodedWord(letters, usable);
  }
  return [...words, word];
}

function encodedWord(text: string, charset: string): string {
  const bytes = charsetBytes(text, charset) ?? Buffer.from(text);
  const quoted = [...bytes].map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ') return '_';
    return /[A-Za-z0-9]/.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const q = `=?${charset}?Q?${quoted.join('')}?=`;
  const b = `=?${charset}?B?${bytes.toString('base64')}?=`;
  return q.length < b.length ? q : b;
}
