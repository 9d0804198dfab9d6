import { WORD_RANGES } from './word-ranges.ts';

/** Ends a word and stands in none. */
export const SEPARATOR = 0;
/** Part of a word. */
export const WORD = 1;
/** Part of a word, but not written: points, accents, tatweel, soft hyphens, characters without width. */
export const VANISHING = 2;
/** Letters of a script that is written without spaces between words: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar. */
export const SPACELESS = 3;
/** First half of a surrogate pair: see `classOfAstral`. */
const HIGH_SURROGATE = 4;

// Vowel signs of Indic scripts are marks too, but words differ by them: they stay.
const VANISHING_RANGES = [
  [0xad],
  [0x300, 0x36f],
  [0x483, 0x489],
  // Hebrew points, and geresh and gershayim (acronyms); not maqaf (05be), which is a hyphen.
  [0x591, 0x5bd],
  [0x5bf],
  [0x5c1, 0x5c2],
  [0x5c4, 0x5c5],
  [0x5c7],
  [0x5f3, 0x5f4],
  // Arabic tashkeel, tatweel and Koranic signs.
  [0x610, 0x61a],
  [0x61c],
  [0x640],
  [0x64b, 0x65f],
  [0x670],
  [0x6d6, 0x6dc],
  [0x6df, 0x6e4],
  [0x6e7, 0x6e8],
  [0x6ea, 0x6ed],
  [0x711],
  [0x730, 0x74a],
  [0x180b, 0x180f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  // Zero width, direction, invisible operators, byte order mark.
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x20d0, 0x20ff],
  // Sound marks of kana: where a kana stands before them they are joined to it.
  [0x3099, 0x309a],
  [0xff9e, 0xff9f],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0xfeff],
] as const;

const SPACELESS_RANGES = [
  [0xe01, 0xe3a],
  [0xe40, 0xe4e],
  [0xe81, 0xece],
  [0xedc, 0xedf],
  [0x1000, 0x103f],
  [0x1050, 0x108f],
  [0x109a, 0x109d],
  [0x1100, 0x11ff],
  [0x1780, 0x17d3],
  [0x17d7, 0x17dd],
  [0x3005, 0x3007],
  [0x3021, 0x303c],
  [0x3041, 0x318e],
  [0x31a0, 0x31ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa960, 0xa97c],
  [0xa9e0, 0xa9ef],
  [0xa9fa, 0xa9fe],
  [0xaa60, 0xaa7f],
  [0xac00, 0xd7ff],
  [0xf900, 0xfaff],
  [0xff66, 0xff9d],
  [0xffa0, 0xffdc],
] as const;

// Symbols to Unicode, but texts taken from PDF write words with them.
const RADICALS = [0x2e80, 0x2fd5] as const;

const ASTRAL: [first: number, last: number][] = [];

/** The class of each UTF-16 unit. */
export const CLASS_OF_UNIT = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const [first, last] of [[0x30, 0x39] as const, [0x41, 0x5a] as const, [0x61, 0x7a] as const])
    table.fill(WORD, first, last + 1);
  let at = 0;
  for (const range of WORD_RANGES.split(' ')) {
    const [gap = '0', more = '0'] = range.split('+');
    const first = at + Number.parseInt(gap, 36);
    at = first + Number.parseInt(more, 36);
    if (first < 0x10000) table.fill(WORD, first, at + 1);
    else ASTRAL.push([first, at]);
  }
  for (const [first, last] of SPACELESS_RANGES)
    for (let unit: number = first; unit <= last; unit++) if (table[unit] === WORD) table[unit] = SPACELESS;
  table.fill(SPACELESS, RADICALS[0], RADICALS[1] + 1);
  for (const [first, last = first] of VANISHING_RANGES) table.fill(VANISHING, first, last + 1);
  // Letters to Unicode, written as apostrophes (Ukrainian, Hawaiian).
  table.fill(SEPARATOR, 0x2bb, 0x2bd);
  table.fill(HIGH_SURROGATE, 0xd800, 0xdc00);
  return table;
}

/** The class of a code point above U+FFFF. */
function classOfAstral(codePoint: number): number {
  // Planes 2 and 3 are Han, also where nothing is assigned yet.
  if (codePoint >= 0x20000) {
    if (codePoint < 0x40000) return SPACELESS;
    return codePoint >= 0xe0000 && codePoint < 0xe01f0 ? VANISHING : SEPARATOR;
  }
  let low = 0;
  let high = ASTRAL.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ASTRAL[middle]?.[1] ?? 0) < codePoint) low = middle + 1;
    else high = middle;
  }
  return (ASTRAL[low]?.[0] ?? Number.POSITIVE_INFINITY) <= codePoint ? WORD : SEPARATOR;
}

/** The class of the character at `at`; a surrogate without its partner is a separator. */
export function classAt(text: string, at: number): number {
  const unit = at < text.length ? text.charCodeAt(at) : 0;
  const found = CLASS_OF_UNIT[unit] ?? SEPARATOR;
  if (found !== HIGH_SURROGATE) return found;
  const codePoint = text.codePointAt(at) ?? 0;
  return codePoint > 0xffff ? classOfAstral(codePoint) : SEPARATOR;
}
