import { looksGerman } from '../../../../shared/search/tokens/looks-german.ts';
import type { TermPattern, TextPattern } from '../../../../shared/search/tokens/term-pattern.ts';
import { tokenise } from '../../../../shared/search/tokens/tokenise.ts';

/** The terms of one text, each with its positions in ascending order. */
export interface ReferenceText {
  readonly terms: ReadonlyMap<string, readonly number[]>;
  readonly isGerman: boolean;
}

/** Indexes a text in the plainest way there is. */
export function referenceText(text: string, isGerman = looksGerman(text)): ReferenceText {
  const terms = new Map<string, number[]>();
  tokenise(text, (term, position) => {
    const positions = terms.get(term);
    if (positions === undefined) terms.set(term, [position]);
    else positions.push(position);
  });
  return { terms, isGerman };
}

/** Whether a text matches a pattern, by the words of `term-pattern.ts` and nothing clever. */
export function matchesReference(pattern: TextPattern, text: ReferenceText): boolean {
  switch (pattern.kind) {
    case 'nothing':
      return true;
    case 'term':
      return positionsOf(pattern.pattern, text).size > 0;
    case 'any':
      return pattern.of.some((part) => matchesReference(part, text));
    case 'all':
      return pattern.of.every((part) => matchesReference(part, text));
    case 'phrase': {
      const [first, ...rest] = pattern.steps.map((step) => ({
        offset: step.offset,
        positions: positionsOf(step.pattern, text),
      }));
      if (first === undefined) return false;
      return [...first.positions].some((start) => rest.every((step) => step.positions.has(start + step.offset)));
    }
  }
}

function positionsOf(pattern: TermPattern, text: ReferenceText): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [term, positions] of text.terms) {
    if (matchesTerm(pattern, term, text.isGerman)) for (const position of positions) found.add(position);
  }
  return found;
}

function matchesTerm(pattern: TermPattern, term: string, isGerman: boolean): boolean {
  switch (pattern.kind) {
    case 'terms':
      return pattern.terms.includes(term);
    case 'range':
      return term.startsWith(pattern.prefix) && (pattern.accepts?.(term, isGerman) ?? true);
    case 'compound': {
      const hasPart = term.startsWith(pattern.part) || term.endsWith(pattern.part);
      return isGerman && hasPart && term !== pattern.part && (pattern.accepts?.(term) ?? true);
    }
  }
}
