import { type DecodeCharset, decodeLeniently } from './charset.ts';
import { type ParameterisedValue, parameterTexts } from './parameters.ts';

/** The fields of a part that can name its content. */
interface NamedContent {
  readonly contentType: ParameterisedValue;
  readonly disposition: ParameterisedValue | undefined;
}

/** The name a part gives its content; empty if it gives none. A path in it is the sender's, and hostile. */
export function filenameOf(part: NamedContent): string {
  return filenamesOf(part, decodeLeniently)[0] ?? '';
}

/**
 * All the names a part gives its content, each once, the preferred one first: `filename` of its disposition (RFC 2183,
 * 2.3), then `name` of its type; of each the form of RFC 2231 before the plain one. Which one people see depends on
 * their mail program.
 */
export function filenamesOf({ contentType, disposition }: NamedContent, decode: DecodeCharset): readonly string[] {
  const names = disposition ? parameterTexts(disposition, 'filename', decode) : [];
  names.push(...parameterTexts(contentType, 'name', decode));
  return names.length < 2 ? names.filter(Boolean) : [...new Set(names.filter(Boolean))];
}
