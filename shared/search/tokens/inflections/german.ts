import type { AddForm } from './add-form.ts';
import { addEndings, without } from './endings.ts';

const NOUN = ['e', 'en', 'er', 'ern', 'es', 's', 'em', 'n'] as const;
const AFTER_E = ['n', 's', 'r', 'm', 'ns'] as const;
const AFTER_ER = ['n', 's', 'e', 'in', 'innen'] as const;
const VERB = ['e', 'st', 't', 'te', 'ten', 'tet', 'est', 'et', 'ete', 'eten', 'end', 'ende', 'enden'] as const;

/**
 * Declension of nouns and adjectives, and regular verbs but for their participle; umlauts are folded already (`Häuser`,
 * `Haus`).
 */
export function addGermanForms(word: string, add: AddForm): void {
  if (word.length < 4) return;
  addFormsOf(word, add);
  // `Rechnungen`, `Häuser`, `Kindern`, `wichtigem`, `Vertrages`
  for (const ending of ['en', 'er', 'ern', 'em', 'es']) addFormsOfBase(without(word, ending, 4), add);
  addFormsOfBase(without(word, 'nen', 5), add);
  addFormsOfBase(without(word, 'innen', 5), add);
  // `Tage`; a shorter base is more often another word (`Reise`, `Reis`).
  addFormsOfBase(without(word, 'e', 5), add);
  if (!/ss$/.test(word)) addFormsOfBase(without(word, 's', 4), add);
  if (/e[rl]?n$/.test(word)) addFormsOfBase(without(word, 'n', 4), add);
  // `neuer`, `Karten`: what took the place of the e
  for (const ending of ['e', 'en', 'er', 'es', 'em']) {
    const base = without(word, ending, 3);
    if (base !== undefined) addEndings(base, ['e', 'en', 'er', 'es', 'em'], add);
  }
  for (const ending of ['en', 'st', 't', 'te', 'ten', 'tet', 'end', 'ende', 'enden']) {
    const base = without(word, ending, 4);
    if (base === undefined) continue;
    addEndings(base, VERB, add);
    add(`${base}en`);
    if (/e[rl]$/.test(base)) add(`${base}n`);
  }
  const verb = /e[rl]n$/.test(word) ? without(word, 'n', 5) : undefined;
  if (verb !== undefined) addEndings(verb, VERB, add);
}

function addFormsOfBase(base: string | undefined, add: AddForm): void {
  if (base !== undefined) addFormsOf(base, add);
}

function addFormsOf(base: string, add: AddForm): void {
  add(base);
  if (base.endsWith('e')) addEndings(base, AFTER_E, add);
  else if (/e[rl]$/.test(base)) addEndings(base, AFTER_ER, add);
  else if (base.endsWith('nis')) addEndings(base, ['se', 'sen', 'ses'], add);
  else {
    addEndings(base, NOUN, add);
    if (base.endsWith('in')) add(`${base}nen`);
  }
  // `Zentrum`, `Zentren`
  const latin = without(base, 'um', 4);
  if (latin !== undefined) add(`${latin}en`);
}

/**
 * The participles of a regular verb, or its infinitive: `senden`, `gesendet`; `gekauft`, `kaufen`. They begin otherwise
 * than the word.
 */
export function germanParticiples(word: string): readonly string[] {
  if (!/^[a-z]{5,}$/.test(word)) return [];
  const infinitive = without(word, 'en', 3) ?? (/e[rl]n$/.test(word) ? without(word, 'n', 4) : undefined);
  if (infinitive !== undefined && !word.startsWith('ge')) return [`ge${infinitive}t`, `ge${infinitive}et`, `ge${word}`];
  const base = word.startsWith('ge') ? (without(word, 'et', 5) ?? without(word, 't', 5)) : undefined;
  if (base === undefined) return [];
  const stem = base.slice(2);
  return [`${stem}en`, `${stem}t`, `${stem}et`, ...(/e[rl]$/.test(stem) ? [`${stem}n`] : [])];
}
