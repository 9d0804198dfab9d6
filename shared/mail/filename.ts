import { type DecodeCharset, decodeLeniently } from './charset.ts';
import { type ParameterisedValue, parameterTexts } from './parameters.ts';
import { decodeRawTextAs } from './raw-text.ts';

/** The fields of a part that can name its content. */
interface NamedContent {
  readonly contentType: ParameterisedValue;
  readonly disposition: ParameterisedValue | undefined;
}

/**
 * The name a part gives its content; empty if it gives none. A path in it is the sender's, and hostile. Raw bytes that
 * are no UTF-8 are read in `charset`, that of the text they come with, where they are valid in it.
 */
export function filenameOf(part: NamedContent, charset = ''): string {
  return filenamesOf(part, decodeLeniently, (bytes) => decodeRawTextAs(bytes, charset))[0] ?? '';
}

/**
 * All the names a part gives its content, each once, the preferred one first: `filename` of its disposition (RFC 2183,
 * 2.3), then `name` of its type; of each the form of RFC 2231 before the plain one. Which one people see depends on
 * their mail program.
 */
export function filenamesOf(
  { contentType, disposition }: NamedContent,
  decode: DecodeCharset,
  decodeRaw?: (bytes: string) => string,
): readonly string[] {
  const names = disposition ? parameterTexts(disposition, 'filename', decode, decodeRaw) : [];
  names.push(...parameterTexts(contentType, 'name', decode, decodeRaw));
  return names.length < 2 ? names.filter(Boolean) : [...new Set(names.filter(Boolean))];
}
