import type { AddForm } from './add-form.ts';
import { without } from './endings.ts';

// Folded: ı is i, ü is u, ş is s, ğ is g. The vowel written `a` is a or e, `i` is any of ı i u ü, as the vowel before demands.
// Possession by several, and what case follows: `müşterimiz`, `müşterimizden`.
const CASES = ['', 'i', 'in', 'a', 'da', 'dan', 'la'];
const OF_US = CASES.flatMap((ending) => [`miz${ending}`, `niz${ending}`]);
const OF_US_LINKED = OF_US.map((ending) => `i${ending}`);
const PLURAL = 'lar lari larin lara larda lardan larla larim larimiz lariniz larini larina larinda larindan'.split(' ');
const PLURAL_OF_US = OF_US_LINKED.map((ending) => `lar${ending}`);
const BEHIND_VOWEL = [...'yi ya da dan nin yla si sini sina sinda sindan sinin'.split(' '), ...OF_US];
const BEHIND_CONSONANT = [...'da dan in la im ini ina inda indan inin ta tan'.split(' '), ...OF_US_LINKED];
const SHORT = ['i', 'a'];
/** `larimizdan` */
const LONGEST_ENDING = 10;

/** Turkish: plural, possession and case, in one ending. */
export function addTurkishForms(word: string, add: AddForm): void {
  addFormsOf(word, add);
  for (let base = word.length - 2; base >= 4; base--) {
    const ending = word.slice(base);
    if (ending.length > LONGEST_ENDING) break;
    const stem = word.slice(0, base);
    // Short endings end too many words of other languages.
    if (stem.length + ending.length >= 7 && endingsOf(stem).includes(ending)) addFormsOf(stem, add);
  }
}

function addFormsOf(stem: string, add: AddForm): void {
  add(stem);
  for (const ending of endingsOf(stem)) add(stem + ending);
  // `belgelik`, `belgeliği`; `kitap`, `kitabı`
  const softened = { k: 'g', p: 'b', t: 'd' }[stem.slice(-1)];
  if (softened === undefined || stem.length < 5) return;
  const soft = stem.slice(0, -1) + softened;
  for (const ending of harmonised(soft, ['i', 'a', 'in', 'im', 'imiz', 'iniz', 'ini', 'ina', 'inda']))
    add(soft + ending);
}

function endingsOf(stem: string): readonly string[] {
  if (stem.length < 4 || without(stem, 's', 0) === '') return [];
  const endings = [...PLURAL];
  if (stem.length >= 5) endings.push(...PLURAL_OF_US, ...(/[aeiou]$/.test(stem) ? BEHIND_VOWEL : BEHIND_CONSONANT));
  if (stem.length >= 6 && !/[aeiou]$/.test(stem)) endings.push(...SHORT);
  return harmonised(stem, endings);
}

/** Vowel harmony, as far as it can be told from folded vowels: `i`, `o` and `u` may have been either. */
function harmonised(stem: string, endings: readonly string[]): readonly string[] {
  const vowel = /[aeiou](?=[^aeiou]*$)/.exec(stem)?.[0];
  if (vowel === undefined) return [];
  const high = vowel === 'o' || vowel === 'u' ? 'u' : 'i';
  const written = (low: string) => endings.map((ending) => harmoniseEnding(ending, low, high));
  if (vowel === 'a') return written('a');
  return vowel === 'e' ? written('e') : [...written('a'), ...written('e')];
}

function harmoniseEnding(ending: string, low: string, high: string): string {
  // Behind an a or e of its own, an ending goes on with i.
  let next = high;
  let written = '';
  for (const letter of ending) {
    if (letter === 'a') {
      written += low;
      next = 'i';
    } else written += letter === 'i' ? next : letter;
  }
  return written;
}
