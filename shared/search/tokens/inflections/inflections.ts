import { addCyrillicForms } from './cyrillic.ts';
import { addDutchForms } from './dutch.ts';
import { addEnglishForms } from './english.ts';
import { addGermanForms } from './german.ts';
import { addGreekForms } from './greek.ts';
import { addRomanceForms } from './romance.ts';
import { addScandinavianForms } from './scandinavian.ts';
import { addArabicForms, addHebrewForms } from './semitic.ts';
import { addSlavicForms } from './slavic.ts';
import { addTurkishForms } from './turkish.ts';

/** Longer words are no words. */
const LONGEST_INFLECTED = 40;

const LATIN = [addEnglishForms, addRomanceForms, addDutchForms, addScandinavianForms, addSlavicForms, addTurkishForms];

/** Other forms of a word. */
export interface Inflections {
  /** Wherever they stand; the word itself is among them. */
  readonly forms: ReadonlySet<string>;
  /** Only where they stand in German text: elsewhere they are other words more often (`count`, `counter`). */
  readonly inGerman: ReadonlySet<string>;
}

/** Longer German words, and those with these endings, are no words of other languages. */
const LONGEST_DOUBTFUL = 7;
const GERMAN = /(?:ung|heit|keit|schaft)(?:en)?$/;

// Words without other forms, which look as if they had some.
const UNCHANGING = new Set(
  (
    'the and for are was has had his her hers its our ours you your yours not but can all any out off who how why one two ten she him ' +
    'may this that them then than these those there here where were when what with from into over both have been does some such very ' +
    'also only even ever never seven other der die das den dem des und ist mit auf aus bei von vor zum zur fur wie wir ihr sie ich les ' +
    'des une par sur dans pour que qui los las del por con sin het een van voor niet'
  ).split(' '),
);

/**
 * The other forms a folded word may have in the languages that are written in its script; most are no words at all and
 * do no harm, because no index has them. Nobody says which language a query is in, so all of a script are tried;
 * endings that would turn a word into an unrelated one of another language need longer words. Digits and mixtures have
 * no other forms. `isGerman`: that it was typed with an umlaut.
 */
export function inflectionsOf(word: string, isGerman = false): Inflections {
  const forms = new Set([word]);
  const inGerman = new Set<string>();
  if (word.length < 3 || word.length > LONGEST_INFLECTED || UNCHANGING.has(word)) return { forms, inGerman };
  const add = (form: string) => {
    if (form.length > 1 && !UNCHANGING.has(form)) forms.add(form);
  };
  if (/^[a-z]+$/.test(word)) {
    for (const addForms of LATIN) addForms(word, add);
    const isDoubtful = !isGerman && word.length <= LONGEST_DOUBTFUL && !GERMAN.test(word);
    addGermanForms(word, isDoubtful ? (form) => inGerman.add(form) : add);
  } else if (/^[\u0430-\u0491]+$/.test(word)) addCyrillicForms(word, add);
  else if (/^[\u03b1-\u03c9]+$/.test(word)) addGreekForms(word, add);
  else if (/^[\u05d0-\u05ea]+$/.test(word)) addHebrewForms(word, add);
  else if (/^[\u0620-\u064a]+$/.test(word)) addArabicForms(word, add);
  return { forms, inGerman };
}
