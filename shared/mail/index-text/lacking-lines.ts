/** Runs of letters and digits; of scripts written without spaces each run is looked at a few letters at a time. */
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Letters that are looked at together in a run of a script without spaces. */
const GRAM = 4;
/** Of one text. Beyond, lines may come twice. Stops texts of nothing but different words. */
const MAX_KNOWN = 500_000;

/** Keeps the words of texts, so that another form of the same text adds only what it has beyond them. */
export class KnownWords {
  readonly #words = new Set<string>();

  add(text: string): void {
    for (const word of wordsOf(text)) {
      if (this.#words.size >= MAX_KNOWN) return;
      if (!UNSPACED.test(word)) this.#words.add(word);
      else for (let size = 1; size <= GRAM; size++) for (const gram of grams(word, size)) this.#words.add(gram);
    }
  }

  /** The lines of `text` that have a word which is not known yet; their words are known from then on. */
  lackingLines(text: string): string {
    const lacking: string[] = [];
    for (const line of text.split('\n')) {
      if (wordsOf(line).every((word) => this.#isKnown(word))) continue;
      this.add(line);
      lacking.push(line);
    }
    return lacking.join('\n');
  }

  #isKnown(word: string): boolean {
    if (!UNSPACED.test(word)) return this.#words.has(word);
    return grams(word, Math.min(GRAM, word.length)).every((gram) => this.#words.has(gram));
  }
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORDS) ?? [];
}

/** Marked, so that none is taken for a word. */
function grams(word: string, size: number): string[] {
  return Array.from({ length: word.length - size + 1 }, (_, index) => `~${word.slice(index, index + size)}`);
}
