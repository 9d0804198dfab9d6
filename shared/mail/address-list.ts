import type { Address } from '../domain/address.ts';
import { decodeLeniently } from './charset.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { MAX_ADDRESSES, MAX_COMMENT_DEPTH } from './limits.ts';

/** A word of a phrase or address as written; `text` is unquoted, `raw` is not. */
interface Word {
  readonly text: string;
  readonly raw: string;
  readonly isQuoted: boolean;
  readonly afterSpace: boolean;
}

const SPECIALS = new Set(['"', '(', '<', '>', ',', ';', ':', ' ', '\t', '\r', '\n']);
/** With the specials in it that RFC 2047, 5 (3) forbids and programs leave. */
const ENCODED_WORD = /=\?[^?\s]{1,64}\?[bq]\?[^?"]*\?=/iy;
const PLAIN_ADDRESS = /^[\w.+=-]+@[\w.-]+$/;
const NAME_AND_ADDRESS = /^([\w '.-]+) <([\w.+=-]+@[\w.-]+)>$/;

/**
 * The mailboxes of an unfolded address field (RFC 5322, 3.4 and 4.4), groups opened up, in order. Names are decoded;
 * without a display name, a trailing comment is the name. Understands what is wrong in real mail: semicolons between
 * addresses (Outlook) and nothing between them, missing brackets and quotes, whole addresses in quotes, names alone
 * (then `address` is empty).
 * At most `limit` mailboxes.
 */
export function readAddressList(value: string, limit: number = MAX_ADDRESSES): Address[] {
  const text = value.trim();
  if (text === '') return [];
  if (PLAIN_ADDRESS.test(text)) return [{ address: text }];
  const simple = NAME_AND_ADDRESS.exec(text);
  if (simple?.[1] !== undefined && simple[2] !== undefined) return [{ name: simple[1].trim(), address: simple[2] }];
  return new AddressReader(text, limit).read();
}

/** Moves over an address field once, from left to right, collecting the words of one mailbox at a time. */
class AddressReader {
  readonly #text: string;
  readonly #limit: number;
  readonly #addresses: Address[] = [];
  #position = 0;
  #words: Word[] = [];
  #angle: string | undefined;
  /** How many words stand before `#angle`. */
  #wordsOfAngle = 0;
  #comment: string | undefined;
  #afterSpace = false;
  #quotesAreBroken = false;
  #commentsAreBroken = false;

  constructor(text: string, limit: number) {
    this.#text = text;
    this.#limit = limit;
  }

  read(): Address[] {
    while (this.#position < this.#text.length && this.#addresses.length < this.#limit) {
      const char = this.#text[this.#position] ?? '';
      if (char === ',' || char === ';') this.#endMailbox();
      else if (char === ':') this.#colon();
      else if (char === '<') this.#angleAddress();
      else if (char === '(') this.#readComment();
      else if (char === '"') this.#quotedString();
      else if (SPECIALS.has(char)) this.#afterSpace = true;
      else this.#atom();
      this.#position++;
    }
    if (this.#addresses.length < this.#limit) this.#endMailbox();
    return this.#addresses;
  }

  /** Ends a group's name, or is part of an address such as `mailto:a@example.org`. */
  #colon(): void {
    if (this.#angle === undefined) this.#words = [];
    this.#comment = undefined;
  }

  #atom(): void {
    const start = this.#position;
    let end = start + this.#encodedWordLength();
    let inLiteral = false;
    for (; end < this.#text.length; end++) {
      const char = this.#text[end] ?? '';
      if (char === '[') inLiteral = this.#text[end - 1] === '@';
      else if (char === ']') inLiteral = false;
      else if (SPECIALS.has(char) && !(inLiteral && char === ':')) break;
    }
    this.#position = end - 1;
    const raw = this.#text.slice(start, end);
    this.#addWord(raw, raw, false);
  }

  /** 0 where no encoded word begins. */
  #encodedWordLength(): number {
    if (!this.#text.startsWith('=?', this.#position)) return 0;
    ENCODED_WORD.lastIndex = this.#position;
    return ENCODED_WORD.exec(this.#text)?.[0].length ?? 0;
  }

  /** A quote that never closes is taken for a blank, and so are all behind it. */
  #quotedString(): void {
    this.#afterSpace ||= this.#quotesAreBroken;
    if (this.#quotesAreBroken) return;
    const start = this.#position;
    let text = '';
    let copied = start + 1;
    for (let index = copied; index < this.#text.length; index++) {
      const char = this.#text[index];
      if (char === '\\') {
        text += this.#text.slice(copied, index);
        copied = ++index;
      } else if (char === '"') {
        text += this.#text.slice(copied, index);
        this.#position = index;
        this.#addWord(text, this.#text.slice(start, index + 1), true);
        return;
      }
    }
    this.#quotesAreBroken = true;
    this.#afterSpace = true;
  }

  /** `<` to `>`; where that is missing, to the next separator. */
  #angleAddress(): void {
    const [start, end] = this.#angleBounds();
    const address = withoutRoute(withoutBlanks(this.#text.slice(start, end)));
    this.#position = this.#text[end] === '>' ? end : end - 1;
    if (address !== '' && this.#angle && this.#words.length > this.#wordsOfAngle) this.#splitMailbox();
    if (this.#angle === undefined || this.#angle === '') {
      this.#angle = address;
      this.#wordsOfAngle = this.#words.length;
    }
    this.#afterSpace = true;
  }

  #angleBounds(): [start: number, end: number] {
    let start = this.#position + 1;
    let inQuotes = false;
    let inRoute = this.#text[start] === '@';
    for (let end = start; end < this.#text.length; end++) {
      const char = this.#text[end];
      if (inQuotes) {
        if (char === '\\') end++;
        else if (char === '"') inQuotes = false;
      } else if (char === '"') inQuotes = !this.#quotesAreBroken;
      else if (char === ':') inRoute = false;
      else if (char === '<') start = end + 1;
      else if (char === '>' || ((char === ',' || char === ';') && !inRoute)) return [start, end];
    }
    if (!inQuotes) return [start, this.#text.length];
    this.#quotesAreBroken = true;
    return this.#angleBounds();
  }

  /** A comment that never closes is taken for a blank, and so are all behind it. */
  #readComment(): void {
    this.#afterSpace = true;
    if (this.#commentsAreBroken) return;
    let depth = 0;
    let text = '';
    let copied = this.#position + 1;
    for (let index = this.#position; index < this.#text.length; index++) {
      const char = this.#text[index];
      if (char === '\\') {
        text += this.#text.slice(copied, index);
        copied = ++index;
      } else if (char === '(' && depth < MAX_COMMENT_DEPTH) depth++;
      else if (char === ')' && --depth === 0) {
        this.#comment = (text + this.#text.slice(copied, index)).trim() || undefined;
        this.#position = index;
        return;
      }
    }
    this.#commentsAreBroken = true;
  }

  #addWord(text: string, raw: string, isQuoted: boolean): void {
    this.#words.push({ text, raw, isQuoted, afterSpace: this.#afterSpace });
    this.#afterSpace = false;
  }

  /** Ends the mailbox of the last angle address; the words behind it are of the next one. */
  #splitMailbox(): void {
    const next = this.#words.splice(this.#wordsOfAngle);
    this.#endMailbox();
    this.#words = next;
  }

  #endMailbox(): void {
    if (this.#angle === undefined && this.#words.length > 1 && this.#words.every(isAddress)) {
      for (const { raw } of this.#words.splice(0, this.#limit - this.#addresses.length)) {
        this.#addresses.push({ address: raw });
      }
      this.#words = [];
    }
    const address = this.#angle === undefined || this.#angle === '' ? this.#takeAddress() : this.#angle;
    const written = this.#words
      .map((word, index) => (word.afterSpace && index > 0 ? ` ${word.text}` : word.text))
      .join('');
    const name = decodeEncodedWords(written || (address && (this.#comment ?? '')), decodeLeniently).trim();
    if (name !== '' && name !== address) this.#addresses.push({ name, address });
    else if (address !== '') this.#addresses.push({ address });
    this.#words = [];
    this.#angle = undefined;
    this.#comment = undefined;
    this.#afterSpace = false;
  }

  /** Takes the address out of the words of a mailbox without brackets, and leaves the name. */
  #takeAddress(): string {
    const words = this.#words;
    const at = words.findIndex((word) => !word.isQuoted && word.raw.includes('@'));
    if (at < 0) return this.#takeLoneWord();
    let first = at;
    let last = at;
    while (first > 0 && isGlued(words[first - 1], words[first])) first--;
    while (last + 1 < words.length && isGlued(words[last], words[last + 1])) last++;
    const taken = words.splice(first, last - first + 1);
    return taken.map((word) => word.raw).join('');
  }

  /** A local part alone (`root`), or an address in quotes. */
  #takeLoneWord(): string {
    const [only] = this.#words;
    if (this.#words.length !== 1 || only === undefined || this.#angle === '') return '';
    if (only.isQuoted ? !PLAIN_ADDRESS.test(only.text) : only.raw.startsWith('=?')) return '';
    this.#words = [];
    return only.text;
  }
}

/** Whether a word by itself is a whole address. */
function isAddress(word: Word, index: number): boolean {
  return !word.isQuoted && (word.afterSpace || index === 0) && PLAIN_ADDRESS.test(word.raw);
}

/** Whether two words are of one address, spaces around its dots and `@` included (RFC 5322, 4.4). */
function isGlued(left: Word | undefined, right: Word | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return !right.afterSpace || /[.@]$/.test(left.raw) || /^[.@]/.test(right.raw);
}

/** An address without the comments and blanks that may stand around its dots and `@` (RFC 5322, 4.4). */
function withoutBlanks(address: string): string {
  const trimmed = address.trim();
  if (trimmed.startsWith('"') || !/[( \t]/.test(trimmed)) return trimmed;
  return trimmed
    .replace(/\([^()]*\)/g, '')
    .replace(/[ \t]+([.@])/g, '$1')
    .replace(/([.@])[ \t]+/g, '$1')
    .trim();
}

/** An obsolete route (`@a,@b:user@c`) names hosts on the way, which is no part of the address. */
function withoutRoute(address: string): string {
  if (!address.startsWith('@')) return address;
  return address.slice(address.indexOf(':') + 1);
}
