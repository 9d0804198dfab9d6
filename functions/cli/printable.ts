/**
 * Everything that can move the cursor, talk to the terminal or turn the reading order: C0, DEL, C1 (an 8-bit CSI is
 * U+009B), line and paragraph separators, format characters (bidirectional overrides, tags), lone surrogates, private use.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;
/** Format characters that Persian, Arabic and emoji sequences need, and that do nothing but join and separate. */
const HARMLESS = new Set(['\u200c', '\u200d', '\u200e', '\u200f']);
/** Newsletters pad with these by the hundred; they stand for no ink. */
const INVISIBLE = /\u00ad|\u034f|\ufeff/g;

/** One line that is safe on any terminal: control characters stand as visible escapes such as `\x1b` or `\u{202e}`. */
export function printableLine(text: string): string {
  return text
    .replace(/\r\n|[\r\n\t]/g, ' ')
    .replace(INVISIBLE, '')
    .replace(UNSAFE, visible);
}

/** The same for text of several lines; line breaks stay, tabs become spaces. */
export function printableText(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(printableLine)
    .join('\n');
}

/** JSON that is safe on a terminal too: what JSON itself leaves as it is (DEL, C1, overrides) becomes `\uXXXX`. */
export function printableJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, undefined, indent) ?? 'null';
  return json.replace(UNSAFE, (character) => (character === '\n' ? character : codeUnitEscapes(character)));
}

function visible(character: string): string {
  if (HARMLESS.has(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function codeUnitEscapes(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
