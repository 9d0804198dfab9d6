import { tokenise } from './tokenise.ts';

/** Characters looked at: the beginning tells, and long texts cost. */
const LOOKED_AT = 4_000;

/** Below so many words, one sign is enough. */
const SHORT_WORDS = 20;
const FEWEST_WORDS = 4;

// Frequent in German and in no other language that is written with these letters, or rarely; folded.
const FUNCTION_WORDS = new Set(
  (
    'und der das ist nicht mit fur ein eine einen einem einer auf von zu wir sie ich auch werden wird wurde bei im zum zur sich haben ' +
    'sind aus nach oder aber wenn dass noch nur kann bitte mir mich uns ihre ihr ihnen ihren unsere uber durch freundlichen grussen ' +
    'grusse sehr geehrte geehrter herr frau danke vielen liebe lieber hallo diese dieser dieses keine anbei'
  ).split(' '),
);
const UMLAUT = /[äöüß]|[aou]\u0308/i;
const OF_OTHERS = /[åøæşğıőűãõčřžłąęšñ]/i;
const NOUN = /[a-zäöü]{4}(?:ung|heit|keit|schaft)(?:en|s)?(?![a-zäöüß])/i;

/**
 * Whether a text is German: then compound words in it are found by their parts, and short words by all of their forms.
 * The beginning is looked at. Of a few words, an umlaut or two words of the commonest are enough; of many, one in eight
 * to twelve.
 */
export function looksGerman(text: string): boolean {
  const beginning = text.slice(0, LOOKED_AT);
  let words = 0;
  let german = 0;
  tokenise(beginning, (term) => {
    words++;
    if (FUNCTION_WORDS.has(term)) german++;
  });
  const hasUmlaut = UMLAUT.test(beginning) && !OF_OTHERS.test(beginning);
  if (words < SHORT_WORDS)
    return hasUmlaut || german >= 2 || (words <= FEWEST_WORDS && german === 1) || NOUN.test(beginning);
  return german / words >= (hasUmlaut ? 0.08 : 0.12);
}
