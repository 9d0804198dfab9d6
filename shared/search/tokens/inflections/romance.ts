import type { AddForm } from './add-form.ts';
import { addEndings, exchangeEndings, without } from './endings.ts';

const FRENCH_VERB = ['e', 'es', 'er', 'ee', 'ees', 'ez', 'ons', 'ent', 'ant', 'ait', 'aient', 'era', 'eront'] as const;

/** Endings that take each other's place whatever the length. */
const PLURALS: readonly (readonly string[])[] = [
  // French: journal, journaux; bateau, bateaux
  ['al', 'aux'],
  ['eau', 'eaux'],
  // Spanish: voz, voces
  ['z', 'ces'],
  // Portuguese: reunião, reuniões; fiscal, fiscais; mensagem, mensagens
  ['ao', 'oes'],
  ['al', 'ais'],
  ['el', 'eis'],
  ['em', 'ens'],
  // Italian: banca, banche; elenco, elenchi
  ['ca', 'che'],
  ['co', 'chi'],
  ['ga', 'ghe'],
  ['go', 'ghi'],
];

/** French, Spanish, Italian, Portuguese: number and gender, and the French verbs in -er. */
export function addRomanceForms(word: string, add: AddForm): void {
  if (word.length < 4) return;
  for (const endings of PLURALS) exchangeEndings(word, endings, 3, add);
  if (/[lnrdj]$/.test(word)) add(`${word}es`);
  const singular = without(word, 'es', 4);
  if (singular !== undefined && /[lnrdj]$/.test(singular)) add(singular);
  // `important`, `importante`
  if (word.length >= 5 && /[^aeiou]$/.test(word)) addEndings(word, ['e', 'es'], add);
  const masculine = without(word, 'e', 5) ?? without(word, 'es', 5);
  if (masculine !== undefined) addEndings(masculine, ['', 's'], add);
  // `fattura`, `fatture`; `adjunto`, `adjunta`
  for (const ending of ['a', 'e', 'i', 'o', 'as', 'os', 'es']) {
    const base = without(word, ending, 5);
    if (base !== undefined) addEndings(base, ['a', 'e', 'i', 'o', 'as', 'os', 'es'], add);
  }
  for (const ending of ['er', 'ez', 'ons', 'ee', 'ees', 'ait', 'aient']) {
    const base = without(word, ending, 4);
    if (base !== undefined) addEndings(base, FRENCH_VERB, add);
  }
}
