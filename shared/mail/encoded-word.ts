import type { DecodeCharset } from './charset.ts';
import { MAX_ENCODED_WORDS } from './limits.ts';

/** An encoded word (RFC 2047, 2) found in a value, its content still bytes of its charset. */
interface EncodedWord {
  readonly start: number;
  readonly end: number;
  /** Without the language tag of RFC 2231, 5. */
  readonly charset: string;
  /** `undefined` where the encoded text is malformed. */
  readonly bytes: Buffer | undefined;
}

const MAX_CHARSET_LENGTH = 64;
const BASE64_TEXT = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Decodes the encoded words of an unfolded value; what cannot be decoded stays as it is. Whitespace between encoded
 * words goes (RFC 2047, 6.2). Neighbours of one charset are joined before decoding, as many programs cut characters
 * in two; spaces within an encoded word are accepted, as some do not encode them. `mark` sees each decoded text and
 * says what to put for it.
 */
export function decodeEncodedWords(
  value: string,
  decode: DecodeCharset,
  mark: (decoded: string) => string = (decoded) => decoded,
): string {
  let word = nextEncodedWord(value, 0);
  if (word === undefined) return value;
  let result = '';
  let copied = 0;
  let afterDecoded = false;
  let wordsLeft = MAX_ENCODED_WORDS;
  while (word !== undefined && wordsLeft > 0) {
    const run = [word];
    let next = nextEncodedWord(value, word.end);
    while (next !== undefined && sameCharset(word, next) && isBlank(value, run.at(-1)?.end ?? 0, next.start)) {
      run.push(next);
      next = nextEncodedWord(value, next.end);
    }
    wordsLeft -= run.length;
    const end = run.at(-1)?.end ?? word.end;
    const decoded = decodeRun(run, decode);
    const gap = value.slice(copied, word.start);
    if (decoded === undefined) result += gap + value.slice(word.start, end);
    else result += (afterDecoded && isBlank(gap, 0, gap.length) ? '' : gap) + mark(decoded);
    afterDecoded = decoded !== undefined;
    copied = end;
    word = next;
  }
  return result + value.slice(copied);
}

function decodeRun(run: readonly EncodedWord[], decode: DecodeCharset): string | undefined {
  const chunks: Buffer[] = [];
  for (const { bytes } of run) {
    if (bytes === undefined) return undefined;
    chunks.push(bytes);
  }
  const [only] = chunks;
  return decode(chunks.length === 1 && only ? only : Buffer.concat(chunks), run[0]?.charset ?? '');
}

function sameCharset(one: EncodedWord, other: EncodedWord): boolean {
  return one.charset === other.charset && one.bytes !== undefined && other.bytes !== undefined;
}

/** Linear over all calls on one value: an encoded word holds no `?` beside its own, so no character is seen twice. */
function nextEncodedWord(value: string, from: number): EncodedWord | undefined {
  for (let start = value.indexOf('=?', from); start >= 0; start = value.indexOf('=?', start + 2)) {
    const word = encodedWordAt(value, start);
    if (word !== undefined) return word;
  }
  return undefined;
}

function encodedWordAt(value: string, start: number): EncodedWord | undefined {
  let mark = start + 2;
  const limit = Math.min(value.length, mark + MAX_CHARSET_LENGTH);
  while (mark < limit && value[mark] !== '?') mark++;
  if (mark === start + 2 || value[mark] !== '?' || value[mark + 2] !== '?') return undefined;
  const encoding = value[mark + 1];
  const textStart = mark + 3;
  const textEnd = value.indexOf('?', textStart);
  if (textEnd < 0 || value[textEnd + 1] !== '=') return undefined;
  const label = value.slice(start + 2, mark).toLowerCase();
  const star = label.indexOf('*');
  const charset = star < 0 ? label : label.slice(0, star);
  const text = value.slice(textStart, textEnd);
  const end = textEnd + 2;
  if (encoding === 'b' || encoding === 'B') return { start, end, charset, bytes: base64Bytes(text) };
  if (encoding === 'q' || encoding === 'Q') return { start, end, charset, bytes: qBytes(text) };
  return undefined;
}

function base64Bytes(text: string): Buffer | undefined {
  return BASE64_TEXT.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The Q encoding (RFC 2047, 4.2). */
function qBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'utf8');
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index] ?? 0;
    if (byte === 0x5f) byte = 0x20;
    else if (byte === 0x3d) {
      const hex = bytes.toString('latin1', index + 1, index + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return undefined;
      byte = Number.parseInt(hex, 16);
      index += 2;
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

function isBlank(value: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const char = value[index];
    if (char !== ' ' && char !== '\t') return false;
  }
  return true;
}
