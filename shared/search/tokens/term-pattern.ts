/** Which terms of a dictionary match one word of a query. Terms are compared as the tokeniser writes them. */
export type TermPattern =
  /** Any of these very terms. */
  | { readonly kind: 'terms'; readonly terms: readonly string[] }
  /**
   * Terms that begin with `prefix` and are accepted; without `accepts` all of them. `isGerman` tells whether the term
   * stood in German text; where that is left out, it might have.
   */
  | {
      readonly kind: 'range';
      readonly prefix: string;
      readonly accepts?: (term: string, isGerman?: boolean) => boolean;
    }
  /** German compound words that begin or end with `part`, beside `part` itself, and are accepted. */
  | { readonly kind: 'compound'; readonly part: string; readonly accepts?: (term: string) => boolean };

/** What a piece of query text asks of one text of a field. */
export type TextPattern =
  | { readonly kind: 'term'; readonly pattern: TermPattern }
  /** Each step at the position of the first plus its offset. Offsets begin at 0 and ascend. */
  | { readonly kind: 'phrase'; readonly steps: readonly { readonly pattern: TermPattern; readonly offset: number }[] }
  | { readonly kind: 'any'; readonly of: readonly TextPattern[] }
  | { readonly kind: 'all'; readonly of: readonly TextPattern[] }
  /** The text has nothing to look for in it (punctuation only): it restricts nothing. */
  | { readonly kind: 'nothing' };
