import { decodeMostlyUtf8, decodeStrictly, extendsAscii } from './charset.ts';
import { decodeRawBytes } from './header-value.ts';
import type { Part } from './part.ts';

const BEYOND_ASCII = /[\x80-\xff]/;

/**
 * Raw bytes of a header field (one character each) for people's eyes: as UTF-8 where most of it is, else in `charset`,
 * that of the text they come with, where they are valid in it, else as windows-1252.
 */
export function decodeRawTextAs(bytes: string, charset: string): string {
  if (!BEYOND_ASCII.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  // In UTF-16, one stray byte would turn a whole field into other letters.
  const other = extendsAscii(charset) ? decodeStrictly(buffer, charset) : undefined;
  return decodeMostlyUtf8(buffer) ?? other ?? decodeRawBytes(bytes);
}

/** The charset that the first text of a message names, in which its raw header fields most likely are; empty if none. */
export function charsetOfFirstText(part: Part): string {
  if (part.kind === 'leaf')
    return part.type.startsWith('text/') ? (part.contentType.parameters.get('charset') ?? '') : '';
  if (part.kind === 'nested-message') return '';
  for (const child of part.children) {
    const charset = charsetOfFirstText(child);
    if (charset !== '') return charset;
  }
  return '';
}
