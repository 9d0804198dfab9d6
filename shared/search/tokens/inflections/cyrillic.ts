import type { AddForm } from './add-form.ts';
import { addEndings, without } from './endings.ts';

// Folded: й is и, ё is е, ї is і.
const ENDINGS = (
  'а я ы и у ю е о ь ои еи ии ыи ом ем ам ям ами ями ах ях ов ев еов ая яя ое ее ые ие ого его ому ему ым им ых их ыми ими ' +
  'ую юю ою ею ью ья ии ию ием иеи иям иями иях ия і ів ові еві ів ою ею ть ет ит ут ют ат ят л ла ло ли ешь ишь ете ите'
).split(' ');
const LONGEST_FIRST = [...ENDINGS].sort((a, b) => b.length - a.length);

/** Russian, Ukrainian, Bulgarian, Serbian: declension and the commonest forms of verbs. */
export function addCyrillicForms(word: string, add: AddForm): void {
  if (word.length < 4) return;
  // What ends in a consonant may be a base though it looks inflected (`кабинет`).
  const isBare = !/[аеиоуыэюяьі]$/.test(word);
  if (isBare) addBase(word, add);
  for (const ending of LONGEST_FIRST) {
    const base = without(word, ending, ending.length === 1 || (ending.length === 2 && !isBare) ? 3 : 4);
    if (base === undefined) continue;
    addBase(base, add);
    if (ending.length > 1) {
      // `счета`: a shorter ending may be the true one.
      const shorter = without(word, word.slice(-1), 4);
      if (shorter !== undefined && ENDINGS.includes(word.slice(-1))) addBase(shorter, add);
    }
    return;
  }
}

function addBase(base: string, add: AddForm): void {
  add(base);
  addEndings(base, ENDINGS, add);
}
