import type { TermPattern } from './term-pattern.ts';

/** Shorter parts stand in too many words they are no part of. */
const SHORTEST_PART = 5;
/** What is left over of the compound beside the part, its linking letters (`s`, `es`, `n`, `en`, `er`) included. */
const SHORTEST_REST = 3;
const LONGEST_COMPOUND = 40;

const LETTERS = /^[a-z]+$/;
const VOWEL = /[aeiouy]/;
const FEMININE = /(?:ung|heit|keit|schaft|ion|tat)$/;

// Many words begin or end like these without being made of them (`unterschreiben`, `Operation`); and frequent English ones.
const NO_PARTS = new Set(
  (
    'unter ueber durch gegen hinter zwischen nicht keine einen einer einem eines diese dieser dieses jeder andere haben werden ' +
    'wurde waren seine ihnen unser unsere ungen ation ration ieren iert ische keiten about after again other their there these ' +
    'those which while would could should where under first still never'
  ).split(' '),
);

// In front, they make a verb or its noun of quite another meaning (`vergeben`, `entladen`).
const INSEPARABLE = new Set(['ver', 'zer', 'ent', 'emp', 'miss']);

// Behind, they are endings, of inflection or of another word (`Standard`).
const NO_WORDS = new Set(
  (
    'ard ing ings ion ionen ium ist isten iert ierte ierten ieren ierung isch ische ischen ischer isches ismus itat ant anten ent ' +
    'enten eur oren ers ern end ende enden ender endes ene enen ener enes est este esten erin erinnen ste sten ster'
  ).split(' '),
);

/**
 * The German compound words of which a folded word is a part: for `rechnung`, words like `stromrechnung` and `rechnungsdatum`. A
 * pattern for the word, and for each of its commonest forms at the end of a compound (`stromrechnungen`).
 */
export function compoundsOf(word: string): readonly TermPattern[] {
  const base = word.endsWith('en') && FEMININE.test(word.slice(0, -2)) ? word.slice(0, -2) : word;
  if (base.length < SHORTEST_PART || !LETTERS.test(base) || NO_PARTS.has(base)) return [];
  return [base, ...formsAtEnd(base)].map((part) => ({
    kind: 'compound',
    part,
    accepts: (term) => isCompound(term, part, part === base),
  }));
}

function formsAtEnd(base: string): readonly string[] {
  if (FEMININE.test(base)) return [`${base}en`];
  if (base.endsWith('e')) return [`${base}n`];
  if (/e[rl]$/.test(base)) return [`${base}n`, `${base}s`];
  return /(?:en|[sxz])$/.test(base) ? [] : [`${base}e`, `${base}en`, `${base}s`];
}

function isCompound(term: string, part: string, beginsToo: boolean): boolean {
  const restLength = term.length - part.length;
  if (restLength < SHORTEST_REST || term.length > LONGEST_COMPOUND) return false;
  if (term.endsWith(part)) {
    const first = term.slice(0, restLength);
    if (isSpeakable(first) && !INSEPARABLE.has(first)) return true;
  }
  if (!beginsToo || !term.startsWith(part)) return false;
  const rest = term.slice(part.length);
  return isSpeakable(rest) && !NO_WORDS.has(rest);
}

function isSpeakable(letters: string): boolean {
  return VOWEL.test(letters) && LETTERS.test(letters);
}
