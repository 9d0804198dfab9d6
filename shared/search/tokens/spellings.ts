import { firstTerm } from './query-word.ts';

// The two ways besides plain letters; plain letters are what folding makes of them.
const WRITTEN_OUT: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };

/** Shorter words have too many neighbours. */
const SHORTEST_GUESSED = 5;
/** Umlauts guessed at in one word. */
const MOST_GUESSES = 4;

// Words whose `ae`, `oe`, `ue` never was an umlaut, and which would become quite another word.
const NO_UMLAUT =
  /^(?:poe[tm]|aer|coe[dx]|goe[rs]|doe[rs]|shoe|toe|foe|does|goes|noel|joel|isra|micha|rapha|rafa|samue|manue|emanue|due[lt]|fue[lg]|gue[st]|jue[gv]|sue|rue|cue|clue|blue|true|glue|value|issue|venue|avenue|tissue|statue|virtue|argue|league|vague)/;

/**
 * The other ways a word may be written with its umlauts: `Müller` and `Mueller` are found by each other and by
 * `Muller`. `source` is the word as it was typed, `term` what it was folded to.
 */
export function otherSpellings(source: string, term: string): readonly string[] {
  const others = new Set<string>();
  const composed = source.normalize('NFC').toLowerCase();
  const writtenOut = composed.replace(/[äöüøå]/g, (letter) => WRITTEN_OUT[letter] ?? letter);
  if (writtenOut !== composed) {
    const folded = firstTerm(writtenOut);
    if (folded !== undefined) others.add(folded);
  }
  if (/^[a-z]+$/.test(term) && term.length >= SHORTEST_GUESSED && !NO_UMLAUT.test(term)) others.add(contracted(term));
  others.delete(term);
  return [...others];
}

/** `mueller`: `muller`; not behind a vowel or q, where the e belongs to what follows (`neue`, `quelle`), nor at the end. */
function contracted(term: string): string {
  return term.replace(/(?<![aeiouq])([aou])e(?!$|s$|d$)/g, '$1');
}

/**
 * Spellings with an umlaut written out where a plain letter was typed (`Muller`: `mueller`), one umlaut at a time. Nobody typed
 * one, so they are looked up as they are, without inflections.
 */
export function guessedSpellings(term: string): readonly string[] {
  if (!/^[a-z]+$/.test(term) || term.length < SHORTEST_GUESSED) return [];
  const guesses: string[] = [];
  for (const { index } of term.matchAll(/(?<![aeiouyq])[aou](?=[^aeioy]|u)/g)) {
    if (guesses.length === MOST_GUESSES) break;
    if (index < term.length - 1) guesses.push(`${term.slice(0, index + 1)}e${term.slice(index + 1)}`);
  }
  return guesses;
}
