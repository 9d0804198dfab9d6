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

/**
 * The text of `bytes` for people's eyes: charsets beyond the Encoding Standard through iconv-lite (UTF-7, DOS code
 * pages, HZ), invalid bytes as U+FFFD, unknown labels as UTF-8 or windows-1252.
 */
export function decodeLeniently(bytes: Buffer, label: string): string {
  const name = label.toLowerCase();
  const strict = decodeStrictly(bytes, name);
  if (strict !== undefined) return strict;
  if (!ASCII_LABELS.has(name)) {
    if (strictDecoder(name) !== undefined) return new TextDecoder(name).decode(bytes);
    if (isKnownToIconv(name)) return iconv.decode(bytes, name);
  }
  return isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes);
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
