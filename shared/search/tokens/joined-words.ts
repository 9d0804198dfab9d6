import { inflectionsOf } from './inflections/inflections.ts';
import { phoneSpellings } from './phone-spellings.ts';
import type { QueryWord } from './query-word.ts';
import type { TermPattern } from './term-pattern.ts';
import { exactPattern, formsPattern } from './word-pattern.ts';

/** A step of a phrase. */
export interface Step {
  readonly pattern: TermPattern;
  readonly offset: number;
}

export interface JoinOptions {
  /** Of the terms that may stand for the words from here on: the one for most of them, or for fewest. */
  readonly prefer: 'longest' | 'shortest';
  /** See `exactPattern`. */
  readonly guesses: boolean;
  /** What the last of them is, if it stands for the end of the query. */
  readonly last: 'exact' | 'inflected' | 'prefix';
}

/**
 * The phrase for a text in which the numbers of the query are written in other parts than in the query, or in one;
 * `undefined` where the query has no such number. Words behind one are looked for next to it.
 */
export function joinedSteps(
  words: readonly QueryWord[],
  text: string,
  options: JoinOptions,
): readonly Step[] | undefined {
  if (words.every((word) => word.joined.length === 0)) return undefined;
  const steps: Step[] = [];
  let offset = 0;
  let until = 0;
  for (const [index, word] of words.entries()) {
    if (word.start < until) continue;
    const ends = word.joined.map(({ end }) => end);
    until = options.prefer === 'longest' ? Math.max(word.end, ...ends) : Math.min(...ends, Number.POSITIVE_INFINITY);
    const terms = word.joined.filter(({ end }) => end === until).map(({ term }) => term);
    const isLast = words.every(({ start }) => start < until);
    if (terms.length > 0) {
      steps.push({
        pattern: joinedPattern(terms, text[word.start - 1] === '+', isLast ? options.last : 'exact'),
        offset,
      });
      offset++;
    } else {
      until = word.end;
      steps.push({ pattern: exactPattern(word, options.guesses), offset });
      offset += (words[index + 1]?.position ?? word.position + 1) - word.position;
    }
  }
  return steps;
}

function joinedPattern(terms: readonly string[], hasPlus: boolean, last: JoinOptions['last']): TermPattern {
  const [first = ''] = terms;
  if (last === 'prefix') return { kind: 'range', prefix: first };
  // `E-Mails`
  if (last === 'inflected' && !/[0-9]/.test(first)) return formsPattern(inflectionsOf(first));
  return { kind: 'terms', terms: [...new Set([...terms, ...terms.flatMap((term) => phoneSpellings(term, hasPlus))])] };
}
