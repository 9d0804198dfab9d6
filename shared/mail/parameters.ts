import type { DecodeCharset } from './charset.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { decodeRawBytes } from './header-value.ts';
import { MAX_PARAMETERS } from './limits.ts';

/** A structured MIME field (RFC 2045, 5.1): `value; name=value; …`. */
export interface ParameterisedValue {
  /** Lower case, without comments and whitespace around it. */
  readonly value: string;
  /** By lower-case name (with the `*` parts of RFC 2231), bytes as characters; the first of a name stands. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Whether a parameter stood there twice, which mail programs read differently. */
  readonly repeated: boolean;
  /** Whether there were more parameters than are read. */
  readonly tooMany: boolean;
}

/**
 * Reads an unfolded MIME field, each byte one character. Accepts what mail programs write: unquoted values with spaces
 * and quotes that never close.
 */
export function readParameters(field: string): ParameterisedValue {
  const parameters = new Map<string, string>();
  const scanner = new ParameterScanner(field);
  const value = scanner.token(true).toLowerCase();
  let repeated = false;
  while (scanner.skipTo(';')) {
    if (parameters.size >= MAX_PARAMETERS) return { value, parameters, repeated, tooMany: true };
    const name = scanner.token(false).toLowerCase();
    if (name === '' || !scanner.accept('=')) continue;
    const parameter = scanner.value();
    if (parameters.has(name)) repeated = true;
    else parameters.set(name, parameter);
  }
  return { value, parameters, repeated, tooMany: false };
}

/**
 * The texts of a parameter: first with character set and continuations (RFC 2231, 3 and 4), then plain, where mail
 * programs put encoded words, which RFC 2047, 5 forbids here, and raw 8-bit bytes. What `decode` cannot read is taken
 * as raw bytes or left encoded. Empty where it is absent. `decodeRaw` reads raw bytes, each one character.
 */
export function parameterTexts(
  { parameters }: ParameterisedValue,
  name: string,
  decode: DecodeCharset,
  decodeRaw: (bytes: string) => string = decodeRawBytes,
): string[] {
  const texts: string[] = [];
  const extended = parameters.get(`${name}*`);
  const segments = extended === undefined ? continuations(parameters, name) : [{ text: extended, isEncoded: true }];
  if (segments.length > 0) texts.push(decodeExtended(segments, decode));
  const plain = parameters.get(name);
  if (plain !== undefined) texts.push(decodeEncodedWords(decodeRaw(plain), decode));
  return texts;
}

interface Segment {
  readonly text: string;
  readonly isEncoded: boolean;
}

function continuations(parameters: ReadonlyMap<string, string>, name: string): readonly Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    const key = `${name}*${segments.length}`;
    const encoded = parameters.get(`${key}*`);
    const text = encoded ?? parameters.get(key);
    if (text === undefined) return segments;
    segments.push({ text, isEncoded: encoded !== undefined });
  }
}

function decodeExtended(segments: readonly Segment[], decode: DecodeCharset): string {
  const [first] = segments;
  let charset = '';
  let skipped = 0;
  if (first?.isEncoded) {
    const quote = first.text.indexOf("'");
    const second = quote < 0 ? -1 : first.text.indexOf("'", quote + 1);
    if (second >= 0) {
      charset = first.text.slice(0, quote);
      skipped = second + 1;
    }
  }
  const texts = segments.map(({ text, isEncoded }, index) => {
    const part = index === 0 ? text.slice(skipped) : text;
    return isEncoded ? unescapePercent(part) : part;
  });
  const bytes = texts.join('');
  const decoded = charset === '' ? undefined : decode(Buffer.from(bytes, 'latin1'), charset);
  return decoded ?? decodeRawBytes(bytes);
}

function unescapePercent(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Moves over a field once, from left to right. */
class ParameterScanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Up to `;`, `=` (not in the leading value) or a comment; without whitespace around it. */
  token(isLeading: boolean): string {
    this.#skipBlanks();
    const start = this.#position;
    for (; this.#position < this.#text.length; this.#position++) {
      const char = this.#text[this.#position];
      if (char === ';' || char === '(' || (char === '=' && !isLeading)) break;
    }
    const token = this.#text.slice(start, this.#position).trim();
    this.#skipBlanks();
    return token;
  }

  /** A parameter's value: a quoted string, or everything up to `;`. */
  value(): string {
    this.#skipBlanks();
    if (this.#text[this.#position] === '"') return this.#quotedString();
    const start = this.#position;
    const end = this.#text.indexOf(';', start);
    this.#position = end < 0 ? this.#text.length : end;
    return this.#text.slice(start, this.#position).trim();
  }

  accept(char: string): boolean {
    if (this.#text[this.#position] !== char) return false;
    this.#position++;
    return true;
  }

  /** Moves behind the next such character; false at the end of the field. */
  skipTo(char: string): boolean {
    const found = this.#text.indexOf(char, this.#position);
    this.#position = found < 0 ? this.#text.length : found + 1;
    return found >= 0;
  }

  #quotedString(): string {
    let result = '';
    let start = ++this.#position;
    for (; this.#position < this.#text.length; this.#position++) {
      const char = this.#text[this.#position];
      if (char === '"') break;
      if (char === '\\') {
        result += this.#text.slice(start, this.#position);
        start = ++this.#position;
      }
    }
    result += this.#text.slice(start, this.#position);
    this.#position++;
    return result;
  }

  /** Whitespace and comments (RFC 5322, 3.2.2), which may nest. */
  #skipBlanks(): void {
    let depth = 0;
    for (; this.#position < this.#text.length; this.#position++) {
      const char = this.#text[this.#position];
      if (char === '(') depth++;
      else if (char === ')' && depth > 0) depth--;
      else if (char === '\\' && depth > 0) this.#position++;
      else if (depth === 0 && char !== ' ' && char !== '\t') return;
    }
  }
}
