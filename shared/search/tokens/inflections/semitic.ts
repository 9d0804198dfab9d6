import type { AddForm } from './add-form.ts';
import { addEndings, without } from './endings.ts';

// Folded: final letters as the others.
const HEBREW_BEFORE = ['ה', 'ב', 'ל', 'ו', 'מ', 'ש', 'כ', 'וה', 'שה', 'מה', 'וב', 'ול', 'ומ', 'וש', 'כש', 'בה', 'לה'];
const HEBREW_BEHIND = ['ימ', 'ות', 'ה', 'י', 'ת', 'נו', 'יכמ', 'יה', 'ו'];

/** Hebrew: article, prepositions and conjunctions are written in one with the word behind them; plurals and possessives. */
export function addHebrewForms(word: string, add: AddForm): void {
  addHebrew(word, add);
  for (const before of ['וה', 'ה']) {
    if (word.startsWith(before) && word.length - before.length >= 3) {
      addHebrew(word.slice(before.length), add);
      return;
    }
  }
}

function addHebrew(base: string, add: AddForm): void {
  for (const before of HEBREW_BEFORE) add(before + base);
  add(base);
  addEndings(base, HEBREW_BEHIND, add);
  const singular = without(base, 'ימ', 3) ?? without(base, 'ות', 3);
  if (singular !== undefined) addEndings(singular, ['', 'ה', 'ימ', 'ות'], add);
}

// Folded: alef without hamza, teh marbuta as heh.
const ARABIC_BEFORE = ['ال', 'و', 'ب', 'ل', 'ف', 'ك', 'وال', 'بال', 'فال', 'كال', 'لل', 'ول', 'وب'];
const ARABIC_ARTICLES = ['وال', 'بال', 'فال', 'كال', 'ال', 'لل'];
const ARABIC_BEHIND = ['ه', 'ها', 'هم', 'ات', 'ين', 'ون', 'ان', 'ي', 'نا', 'كم', 'ك', 'يه'];

/** Arabic: article, prepositions and conjunctions are written in one with the word behind them; sound plurals and possessives. */
export function addArabicForms(word: string, add: AddForm): void {
  addArabic(word, add);
  for (const before of ARABIC_ARTICLES) {
    if (word.startsWith(before) && word.length - before.length >= 3) {
      addArabic(word.slice(before.length), add);
      return;
    }
  }
}

function addArabic(base: string, add: AddForm): void {
  add(base);
  for (const before of ARABIC_BEFORE) add(before + base);
  addEndings(base, ARABIC_BEHIND, add);
  // `فاتورة`, `فاتورات`, `فاتورتنا`
  const feminine = without(base, 'ه', 3);
  if (feminine !== undefined) {
    addEndings(feminine, ['ات', 'تنا', 'تي', 'ته', 'تها', 'تك', 'تكم', 'تين'], add);
    add(`ال${feminine}ات`);
  }
  const plural = without(base, 'ات', 3);
  if (plural !== undefined) addEndings(plural, ['ه', ''], add);
  if (plural !== undefined) add(`ال${plural}ه`);
  addEndings(`ال${base}`, ['ات', 'ين', 'ون', 'يه'], add);
}
