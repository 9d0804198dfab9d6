import { classAt, SPACELESS } from './character-class.ts';
import { tokenise } from './tokenise.ts';

/** A further term at the place of a word, standing for it and for those up to `end` of the query text. */
interface JoinedTerm {
  readonly term: string;
  readonly end: number;
}

/** What stands at one position of a query text. */
export interface QueryWord {
  readonly term: string;
  readonly position: number;
  readonly start: number;
  readonly end: number;
  /** As it was typed. */
  readonly source: string;
  /** `word`; or of a script without spaces: two neighbouring characters, or one that stands alone. */
  readonly kind: 'word' | 'pair' | 'single';
  readonly joined: readonly JoinedTerm[];
}

/** The words of a query text, in order of their positions. */
export function queryWordsOf(text: string): readonly QueryWord[] {
  const words: (QueryWord & { joined: JoinedTerm[] })[] = [];
  tokenise(text, (term, position, start, end) => {
    const last = words.at(-1);
    if (last?.position === position) {
      // `C++` and `C#` are themselves, and not any C.
      if (/[+#]$/.test(term)) words[words.length - 1] = { ...last, term, end };
      else last.joined.push({ term, end });
      return;
    }
    const isSpaceless = classAt(text, start) === SPACELESS;
    // The last character of a run is in the pair before; in what is looked for, another may follow it.
    if (isSpaceless && last?.kind === 'pair' && last.end === end) return;
    const kind = !isSpaceless ? 'word' : isPair(term) ? 'pair' : 'single';
    words.push({ term, position, start, end, source: text.slice(start, end), kind, joined: [] });
  });
  return words;
}

function isPair(term: string): boolean {
  return term.length > ((term.codePointAt(0) ?? 0) > 0xffff ? 2 : 1);
}

/** The first term of a text. */
export function firstTerm(text: string): string | undefined {
  return queryWordsOf(text)[0]?.term;
}
