import { inflectionsOf } from './inflections/inflections.ts';
import { type JoinOptions, joinedSteps, type Step } from './joined-words.ts';
import { phoneSpellings } from './phone-spellings.ts';
import { type QueryWord, queryWordsOf } from './query-word.ts';
import type { TermPattern, TextPattern } from './term-pattern.ts';
import { wholeTerm } from './whole-term.ts';
import { exactPattern, formsPattern, inflectedPattern, prefixPatterns, wordPatterns } from './word-pattern.ts';

/** How a piece of query text is meant; see `TextQuery`. */
export type TextForm = 'word' | 'phrase' | 'prefix' | 'whole';

/** Longer words with hyphens are not written without. */
const LONGEST_CLOSED = 40;

/**
 * What to look up for a piece of query text; `nothing` where it has no term. Takes any string.
 *
 * - `word`: its inflections, its spellings with umlauts, and German compound words it is a part of.
 * - `phrase`: the words as they are, side by side, in any spelling of their umlauts.
 * - `prefix`: the same, but the last word is the beginning of one.
 * - `whole`: the one term that `wholeTerm` makes of it.
 *
 * Several words (`anna@example.com`, `2024/0117-A`) are a phrase in every form, and a number is found in any of its spellings.
 */
export function analyse(text: string, form: TextForm): TextPattern {
  if (form === 'whole') {
    const term = wholeTerm(text);
    return term === '' ? { kind: 'nothing' } : ofTerm({ kind: 'terms', terms: [term] });
  }
  const words = queryWordsOf(text);
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return { kind: 'nothing' };
  if (words.length === 1) return anyOf(patternsOfOne(first, form, text).map(ofTerm));
  // In what is written as one word, nobody leaves out the dots: addresses, numbers.
  const guesses = form === 'phrase';
  const steps = words.map((word) => ({ pattern: exactPattern(word, guesses), offset: word.position - first.position }));
  const written = lastPatterns(words, form, text).map((pattern) =>
    steps.with(-1, { pattern, offset: last.position - first.position }),
  );
  return anyOf([...written, ...joined(words, form, text)].map(phrase).concat(closed(words, form, text)));
}

function patternsOfOne(word: QueryWord, form: TextForm, text: string): readonly TermPattern[] {
  if (form === 'prefix') return prefixPatterns(word);
  const phone = phoneSpellings(word.term, text[word.start - 1] === '+');
  if (phone.length > 0) return [{ kind: 'terms', terms: [word.term, ...phone] }];
  return form === 'word' ? wordPatterns(word) : [exactPattern(word, true)];
}

/** What may stand at the end of a phrase, any of it. */
function lastPatterns(words: readonly QueryWord[], form: TextForm, text: string): readonly TermPattern[] {
  const last = words.at(-1);
  if (last === undefined) return [];
  if (form === 'prefix') return prefixPatterns(last);
  // `Online-Shop`, `l'année`; but in `anna@example.com` nothing is inflected.
  const isInflected = form === 'word' && /['\u2019\u2010-]/.test(text.charAt(last.start - 1));
  return [isInflected ? inflectedPattern(last) : exactPattern(last, form === 'phrase')];
}

function joined(words: readonly QueryWord[], form: TextForm, text: string): readonly (readonly Step[])[] {
  const last: JoinOptions['last'] = form === 'prefix' ? 'prefix' : form === 'word' ? 'inflected' : 'exact';
  const longest = joinedSteps(words, text, { prefer: 'longest', guesses: form === 'phrase', last });
  const shortest = joinedSteps(words, text, { prefer: 'shortest', guesses: form === 'phrase', last });
  if (longest === undefined || shortest === undefined) return [];
  return longest.length === shortest.length ? [longest] : [longest, shortest];
}

/** `Online-Shop` as `Onlineshop`, and what begins with `2024/0*` as `20240…`. */
function closed(words: readonly QueryWord[], form: TextForm, text: string): readonly TextPattern[] {
  if (form === 'phrase' || /[\s@.]/.test(text.trim()) || words.some(({ kind }) => kind !== 'word')) return [];
  const term = words.map((word) => word.term).join('');
  if (term.length > LONGEST_CLOSED || words.some((word) => word.joined.length > 0)) return [];
  const hasDigit = /[0-9]/.test(term);
  if (form === 'prefix') return hasDigit && term.length > 4 ? [ofTerm({ kind: 'range', prefix: term })] : [];
  return !hasDigit && /^[^-]+-[^-]+$/.test(text) ? [ofTerm(formsPattern(inflectionsOf(term)))] : [];
}

function ofTerm(pattern: TermPattern): TextPattern {
  return { kind: 'term', pattern };
}

function phrase(steps: readonly Step[]): TextPattern {
  const [first] = steps;
  return steps.length === 1 && first !== undefined ? ofTerm(first.pattern) : { kind: 'phrase', steps };
}

function anyOf(patterns: readonly TextPattern[]): TextPattern {
  const [first] = patterns;
  return patterns.length === 1 && first !== undefined ? first : { kind: 'any', of: patterns };
}
