import { compoundsOf } from './compounds.ts';
import { germanParticiples } from './inflections/german.ts';
import { type Inflections, inflectionsOf } from './inflections/inflections.ts';
import type { QueryWord } from './query-word.ts';
import { guessedSpellings, otherSpellings } from './spellings.ts';
import type { TermPattern } from './term-pattern.ts';

/** Up to here, forms are looked up one by one. */
const FEW_FORMS = 12;
/** A range of a shorter prefix would go through too much of the dictionary. */
const SHORTEST_PREFIX = 4;

/**
 * The very word, and the ways its umlauts may be written; `guesses` are those nobody typed. One character of a script
 * without spaces is found in any pair it begins.
 */
export function exactPattern(word: QueryWord, guesses: boolean): TermPattern {
  if (word.kind === 'single') return { kind: 'range', prefix: word.term };
  if (word.kind === 'pair') return { kind: 'terms', terms: [word.term] };
  const spellings = [word.term, ...otherSpellings(word.source, word.term)];
  if (guesses) spellings.push(...guessedSpellings(word.term));
  return { kind: 'terms', terms: [...new Set(spellings)] };
}

/** The word and its inflections. */
export function inflectedPattern(word: QueryWord): TermPattern {
  if (word.kind !== 'word') return exactPattern(word, false);
  const spellings = [word.term, ...otherSpellings(word.source, word.term)].map((spelling) =>
    inflectionsOf(spelling, hasUmlaut(word)),
  );
  return formsPattern({
    forms: new Set(spellings.flatMap(({ forms }) => [...forms])),
    inGerman: new Set(spellings.flatMap(({ inGerman }) => [...inGerman])),
  });
}

/** Whatever a plain word of a query finds: inflections, other spellings, and compound words. Any of the patterns will do. */
export function wordPatterns(word: QueryWord): readonly TermPattern[] {
  if (word.kind !== 'word') return [exactPattern(word, false)];
  const spellings = [word.term, ...otherSpellings(word.source, word.term)];
  const others = [...guessedSpellings(word.term), ...germanParticiples(word.term)].filter(
    (term) => !spellings.includes(term),
  );
  return [
    ...spellings.flatMap((spelling) => formsPatterns(spelling, inflectionsOf(spelling, hasUmlaut(word)))),
    ...(others.length > 0 ? [{ kind: 'terms', terms: others } as const] : []),
    ...compoundsOf(word.term),
    // The forms at the end of a compound are looked up in one spelling only: each costs a walk of its own.
    ...spellings.slice(1).flatMap((spelling) => compoundsOf(spelling).slice(0, 1)),
  ];
}

function hasUmlaut(word: QueryWord): boolean {
  return /[äöüß]|[aou]\u0308/i.test(word.source);
}

/** What begins like the word. */
export function prefixPatterns(word: QueryWord): readonly TermPattern[] {
  if (word.kind === 'pair') return [exactPattern(word, false)];
  const spellings = [word.term, ...(word.kind === 'word' ? otherSpellings(word.source, word.term) : [])];
  return spellings.map((prefix) => ({ kind: 'range', prefix }));
}

/** Any of these forms, as one pattern. */
export function formsPattern(inflections: Inflections): TermPattern {
  const terms = [...new Set([...inflections.forms, ...inflections.inGerman])];
  const prefix = commonPrefix(terms);
  if (terms.length <= FEW_FORMS || prefix.length < SHORTEST_PREFIX) return { kind: 'terms', terms };
  return rangeOf(prefix, inflections);
}

/** The same in a range and a few terms beside it, so that one short form does not make the range of all of them a wide one. */
function formsPatterns(word: string, inflections: Inflections): readonly TermPattern[] {
  const { forms, inGerman } = inflections;
  const isBeside = (prefix: string) => (form: string) => !form.startsWith(prefix);
  if (forms.size + inGerman.size <= FEW_FORMS) return [formsPattern(inflections)];
  let prefix = word;
  while (prefix.length > SHORTEST_PREFIX) {
    const beside = [...forms].filter(isBeside(prefix));
    if (beside.length <= FEW_FORMS && ![...inGerman].some(isBeside(prefix))) break;
    prefix = prefix.slice(0, -1);
  }
  const terms = [...forms, ...inGerman].filter(isBeside(prefix));
  return [rangeOf(prefix, inflections), ...(terms.length > 0 ? [{ kind: 'terms', terms } as const] : [])];
}

function rangeOf(prefix: string, { forms, inGerman }: Inflections): TermPattern {
  return {
    kind: 'range',
    prefix,
    accepts: (term, isGerman = true) => forms.has(term) || (isGerman && inGerman.has(term)),
  };
}

function commonPrefix(terms: readonly string[]): string {
  let prefix = terms[0] ?? '';
  for (const term of terms) while (!term.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
