import { CLASS_OF_UNIT, classAt, WORD } from './character-class.ts';

// What decomposition leaves alone, but people type without.
const SPECIAL: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ȷ: 'j',
  ŋ: 'n',
  ĸ: 'k',
  ƶ: 'z',
  ƀ: 'b',
  ς: 'σ',
  ґ: 'г',
  // Arabic: alef wasla, alef maqsura and Farsi yeh as yeh, teh marbuta and the forms of heh as heh, keheh as kaf.
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ے: 'ي',
  ة: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ە: 'ه',
  ک: 'ك',
  // Hebrew: final letters, so that a word is the beginning of its longer forms.
  ך: 'כ',
  ם: 'מ',
  ן: 'נ',
  ף: 'פ',
  ץ: 'צ',
};

// The zeros of the decimal digits of Unicode 17; nine more follow each.
const ZEROS = new Set(
  (
    '660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 de6 e50 ed0 f20 1040 1090 17e0 1810 1946 19d0 1a80 1a90 1b50 1bb0 1c40 ' +
    '1c50 a620 a8d0 a900 a9d0 a9f0 aa50 abf0 ff10'
  )
    .split(' ')
    .map((zero) => Number.parseInt(zero, 16)),
);

function digitValue(codePoint: number): number | undefined {
  for (let value = 0; value < 10; value++) if (ZEROS.has(codePoint - value)) return value;
  return undefined;
}

/**
 * What a character of the class `WORD` is written as in terms: lower case, without accents, in its plain width and form.
 * May be empty or several characters. Folding what is folded changes nothing.
 *
 * Decomposition (NFKD) and lower case come from the engine, and only of characters that were assigned when version 1 was made:
 * both are stable for those (Unicode Character Encoding Stability Policies), whatever version the engine has.
 */
export function foldCharacter(character: string): string {
  const digit = digitValue(character.codePointAt(0) ?? 0);
  if (digit !== undefined) return String(digit);
  let folded = '';
  for (const part of character.toLowerCase().normalize('NFKD').toLowerCase())
    if (classAt(part, 0) === WORD) folded += SPECIAL[part] ?? part;
  return folded;
}

/**
 * For each UTF-16 unit that is folded to one unit, that unit; 0 for all others, and for those not met yet: `foldUnit`
 * fills it in. ASCII is there from the beginning.
 */
export const SIMPLE_FOLD = new Uint16Array(0x10000);
for (let unit = 0x30; unit < 0x7b; unit++)
  if (CLASS_OF_UNIT[unit] === WORD) SIMPLE_FOLD[unit] = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;

const severalUnits = new Map<number, string>();

/** What a UTF-16 unit of the class `WORD` is folded to; remembered. */
export function foldUnit(unit: number): string {
  const known = severalUnits.get(unit);
  if (known !== undefined) return known;
  const folded = foldCharacter(String.fromCharCode(unit));
  if (folded.length === 1) SIMPLE_FOLD[unit] = folded.charCodeAt(0);
  else severalUnits.set(unit, folded);
  return folded;
}
