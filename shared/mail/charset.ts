import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import iconv from 'iconv-lite';

/** Turns bytes of a labelled charset into text, or answers `undefined` where that cannot be done. */
export type DecodeCharset = (bytes: Buffer, label: string) => string | undefined;

/** Labels of ASCII itself, which the Encoding Standard takes for windows-1252: here a byte above 0x7f is an error. */
const ASCII_LABELS = new Set(['us-ascii', 'ascii', 'ansi_x3.4-1968', 'iso646-us', 'cp367', 'ibm367']);

/** Encodings of the Encoding Standard in which bytes below 0x80 can mean something else than in ASCII. */
const NOT_ASCII_COMPATIBLE = new Set(['utf-16le', 'utf-16be', 'iso-2022-jp']);

/** Decoders by label; `undefined` for labels there is none for, which are remembered up to a number a sender cannot raise. */
const strictDecoders = new Map<string, TextDecoder | undefined>();
const iconvLabels = new Map<string, boolean>();
const MAX_REMEMBERED_LABELS = 1_000;

/**
 * The text of `bytes` where `label` is one of the Encoding Standard (encoding.spec.whatwg.org) and all bytes are valid
 * in it, else `undefined`. Never drops a byte order mark. The same on every machine: fingerprints depend on it.
 */
export function decodeStrictly(bytes: Buffer, label: string): string | undefined {
  const name = label.toLowerCase();
  if (ASCII_LABELS.has(name)) return isAscii(bytes) ? bytes.toString('latin1') : undefined;
  const decoder = strictDecoder(name);
  if (decoder === undefined) return undefined;
  if (isAscii(bytes) && !NOT_ASCII_COMPATIBLE.has(decoder.encoding)) return bytes.toString('latin1');
  if (decoder.encoding === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether text of that charset stands in UTF-8 already: valid UTF-8 so labelled, or ASCII of a charset that extends it. */
export function isUtf8Already(bytes: Buffer, label: string): boolean {
  const name = label.toLowerCase();
  const encoding = ASCII_LABELS.has(name) ? 'us-ascii' : strictDecoder(name)?.encoding;
  if (encoding === undefined || NOT_ASCII_COMPATIBLE.has(encoding)) return false;
  return isAscii(bytes) || (encoding === 'utf-8' && isUtf8(bytes));
}

/** The encodings of Japanese mail, of which many programs write one and name another. */
const JAPANESE = ['iso-2022-jp', 'euc-jp', 'shift_jis'];

/**
 * The text of `bytes` for people's eyes: charsets beyond the Encoding Standard through iconv-lite (UTF-7, DOS code
 * pages) or our own reading (ISO-2022-KR), bytes that are invalid as labelled by what they are valid in, else as
 * U+FFFD, unknown labels as UTF-8 or windows-1252.
 */
export function decodeLeniently(bytes: Buffer, label: string): string {
  const name = label.toLowerCase();
  if (name === 'utf-16') return new TextDecoder(isLittleEndian(bytes) ? 'utf-16le' : 'utf-16be').decode(bytes);
  const strict = decodeStrictly(bytes, name);
  if (strict !== undefined) return strict;
  if (name === 'iso-2022-kr') return new TextDecoder('euc-kr').decode(iso2022KrAsEucKr(bytes));
  if (!ASCII_LABELS.has(name)) {
    const decoder = strictDecoder(name);
    if (decoder !== undefined) return decodeOtherwise(bytes, decoder.encoding) ?? new TextDecoder(name).decode(bytes);
    if (isKnownToIconv(name)) return iconv.decode(bytes, name);
  }
  return decodeMostlyUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
}

/** The text of bytes most of whose characters beyond ASCII are UTF-8, as where a program has cut the last one in two. */
export function decodeMostlyUtf8(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return text;
  let whole = 0;
  let broken = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) broken++;
    else if (code > 0x7f) whole++;
  }
  return whole > broken ? text : undefined;
}

/** Whether the label is of a charset in which bytes below 0x80 are ASCII (but for second bytes of a character). */
export function extendsAscii(label: string): boolean {
  const encoding = strictDecoder(label.toLowerCase())?.encoding;
  return encoding !== undefined && !NOT_ASCII_COMPATIBLE.has(encoding);
}

/** Whether the label is of a charset in which every byte is one character. */
export function isSingleByte(label: string): boolean {
  const encoding = strictDecoder(label.toLowerCase())?.encoding;
  return encoding !== undefined && /^(windows-|iso-8859-|koi8-|x-mac-|macintosh|ibm866)/.test(encoding);
}

/** By its byte order mark; without one UTF-16 is big endian (RFC 2781, 4.3), unless its letters say otherwise. */
function isLittleEndian(bytes: Buffer): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return true;
  return bytes[0] !== 0 && bytes[1] === 0;
}

function decodeOtherwise(bytes: Buffer, encoding: string): string | undefined {
  // Text that goes back to ASCII and on at once, as joined pieces do, is an error to the Encoding Standard.
  if (encoding === 'iso-2022-jp' && isAscii(bytes)) {
    return decodeStrictly(Buffer.from(bytes.toString('latin1').replaceAll('\x1b(B\x1b', '\x1b'), 'latin1'), encoding);
  }
  if (isUtf8(bytes)) return bytes.toString('utf8');
  if (!JAPANESE.includes(encoding)) return undefined;
  for (const other of JAPANESE) {
    const text = decodeStrictly(bytes, other);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** ISO-2022-KR (RFC 1557): between SO and SI, two bytes of seven bits are a character of KS C 5601. */
function iso2022KrAsEucKr(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let isShifted = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === 0x1b && bytes.toString('latin1', index + 1, index + 4) === '$)C') index += 3;
    else if (byte === 0x0e || byte === 0x0f) isShifted = byte === 0x0e;
    else result[length++] = isShifted && byte > 0x20 ? byte | 0x80 : byte;
  }
  return result.subarray(0, length);
}

function strictDecoder(name: string): TextDecoder | undefined {
  if (strictDecoders.has(name)) return strictDecoders.get(name);
  const decoder = makeStrictDecoder(name);
  if (decoder || strictDecoders.size < MAX_REMEMBERED_LABELS) strictDecoders.set(name, decoder);
  return decoder;
}

function makeStrictDecoder(name: string): TextDecoder | undefined {
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true });
  } catch {
    return undefined;
  }
}

function isKnownToIconv(name: string): boolean {
  const remembered = iconvLabels.get(name);
  if (remembered !== undefined) return remembered;
  const isKnown = name !== '' && iconv.encodingExists(name);
  if (iconvLabels.size < MAX_REMEMBERED_LABELS) iconvLabels.set(name, isKnown);
  return isKnown;
}
