/** What closes a phrase, by what opened it: typists and word processors mix the pairs of English, German, French and Swedish. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['„', '“”"'],
  ['“', '”“"'],
  ['”', '”"'],
  ['‟', '”"'],
  ['«', '»'],
  ['»', '«'],
  ['＂', '＂'],
]);

/** All quotation marks that open a phrase, but for those of Hebrew acronyms. */
export const QUOTATION_MARKS = /(?<![\u05d0-\u05ea])"|"(?![\u05d0-\u05ea])|[„“”‟«»＂]/gu;
/** Those and parentheses: what no word or phrase has in its text. */
export const GROUPING = new RegExp(`${QUOTATION_MARKS.source}|[()]`, 'gu');

const HEBREW = /[\u05d0-\u05ea]/;

/** Finds the ends of phrases in a text, in time that is linear over all calls in ascending order. */
export class QuoteFinder {
  readonly #text: string;
  readonly #last = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
    // Without this, every unclosed quotation mark would be looked for to the end of the text.
    for (const closer of new Set([...CLOSERS.values()].join(''))) this.#last.set(closer, this.#lastOf(closer));
  }

  /** Where the phrase that opens at `at` closes; `undefined` where none opens there, or none closes. */
  closeOf(at: number): number | undefined {
    const closers = CLOSERS.get(this.#text[at] ?? '');
    if (closers === undefined) return undefined;
    const last = Math.max(...[...closers].map((closer) => this.#last.get(closer) ?? -1));
    for (let close = at + 1; close <= last; close++) {
      if (closers.includes(this.#text[close] ?? '') && !this.#isGershayim(close)) return close;
    }
    return undefined;
  }

  #lastOf(closer: string): number {
    let last = this.#text.lastIndexOf(closer);
    while (last > 0 && this.#isGershayim(last)) last = this.#text.lastIndexOf(closer, last - 1);
    return last;
  }

  /** The mark of a Hebrew acronym (צה"ל), for which everybody types a quotation mark. */
  #isGershayim(at: number): boolean {
    return this.#text[at] === '"' && HEBREW.test(this.#text[at - 1] ?? '') && HEBREW.test(this.#text[at + 1] ?? '');
  }
}

/** Pairs with one closer each. No phrase has all of the closers in it, since one of them would have closed it. */
const PAIRS = ['""', '«»', '»«', '＂＂'];

/** `value`, which stood in quotation marks, in some that it does not close itself. */
export function quoted(value: string): string {
  const [open, close] = PAIRS.find(([, closer = '']) => !value.includes(closer)) ?? '""';
  return `${open}${value}${close}`;
}
