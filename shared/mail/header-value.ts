import { isUtf8 } from 'node:buffer';
import type { HeaderField, HeaderSection } from './header-section.ts';

const WINDOWS_1252 = new TextDecoder('windows-1252');
// biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there is anything beside ASCII
const ASCII_ONLY = /^[\x00-\x7f]*$/;

/** The value of a field, unfolded (RFC 5322, 2.2.3), each byte still one character (latin1). */
export function unfoldedBytes(section: HeaderSection, field: HeaderField): string {
  const raw = section.source.toString('latin1', field.valueStart, field.valueEnd);
  return raw.includes('\n') ? raw.replace(/\r?\n/g, '') : raw;
}

/** The characters of `bytes` (one character each): as UTF-8 (RFC 6532) where it is valid, else as windows-1252. */
export function decodeRawBytes(bytes: string): string {
  if (ASCII_ONLY.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : WINDOWS_1252.decode(buffer);
}

/** The unfolded value of a field without outer whitespace, encoded words as they are. */
export function unfoldedValue(section: HeaderSection, field: HeaderField): string {
  return collapseWhitespace(decodeRawBytes(unfoldedBytes(section, field)));
}

/** Runs of SP and TAB become one SP; none is left at the ends. */
export function collapseWhitespace(value: string): string {
  const isCollapsed = !value.includes('\t') && !value.includes('  ');
  const collapsed = isCollapsed ? value : value.replace(/[ \t]+/g, ' ');
  const start = collapsed.startsWith(' ') ? 1 : 0;
  const end = collapsed.endsWith(' ') ? collapsed.length - 1 : collapsed.length;
  return collapsed.slice(start, Math.max(start, end));
}

/** The first field of that name, or `undefined`. */
export function firstField(section: HeaderSection, name: string): HeaderField | undefined {
  for (const field of section.fields) if (field.name === name) return field;
  return undefined;
}
