import type { AddForm } from './add-form.ts';
import { without } from './endings.ts';

// They end like inflections and are none.
const WHOLE = new Set(
  (
    'news always perhaps this thus across during morning evening nothing something anything everything string spring thing ' +
    'need speed feed indeed hundred series species lens does was has his its less address access process business boss kindness ' +
    'sterling ceiling pudding wedding'
  ).split(' '),
);

const VOWEL = /[aeiouy]/;
/** One syllable that doubles its last letter: `plan`, `stop`. */
const DOUBLING = /^[^aeiou]*[aeiou][^aeiouwxy]$/;
const SIBILANT = /(?:s|x|z|ch|sh)$/;

/** Plurals and regular verbs: `invoice`, `invoices`, `invoiced`, `invoicing`. */
export function addEnglishForms(word: string, add: AddForm): void {
  addFormsOf(word, add);
  if (WHOLE.has(word)) return;
  const y = without(word, 'ies', 2) ?? without(word, 'ied', 2);
  if (y !== undefined) addFormsOf(`${y}y`, add);
  if (word.endsWith('s') && !/(?:ss|us|is)$/.test(word) && word.length >= 4) addFormsOf(word.slice(0, -1), add);
  const plural = without(word, 'es', 3);
  if (plural !== undefined && (SIBILANT.test(plural) || plural.endsWith('o'))) addFormsOf(plural, add);
  const stem = without(word, 'ing', 3) ?? without(word, 'ed', 3);
  if (stem !== undefined && VOWEL.test(stem)) addVerb(stem, add);
}

function addVerb(stem: string, add: AddForm): void {
  if (DOUBLING.test(stem)) {
    addFormsOf(`${stem}e`, add);
    return;
  }
  const isDoubled = stem.at(-1) === stem.at(-2);
  if (isDoubled && !(stem.length < 6 && /[lsfz]$/.test(stem))) addFormsOf(stem.slice(0, -1), add);
  addFormsOf(stem, add);
  addFormsOf(`${stem}e`, add);
}

function addFormsOf(base: string, add: AddForm): void {
  add(base);
  const beforeY = /[^aeiou]y$/.test(base) ? base.slice(0, -1) : undefined;
  if (beforeY !== undefined) add(`${beforeY}ies`);
  else if (SIBILANT.test(base)) add(`${base}es`);
  else add(`${base}s`);
  if (base.endsWith('o')) add(`${base}es`);
  if (base.length < 4 && !base.endsWith('e')) {
    // Short words double their last letter, or are no verbs.
    if (DOUBLING.test(base) && base.length === 3) addVerbForms(base + base.slice(-1), add);
  } else if (base.endsWith('e')) addVerbForms(base.slice(0, -1), add);
  else if (beforeY !== undefined) {
    add(`${beforeY}ied`);
    add(`${base}ing`);
  } else if (DOUBLING.test(base)) addVerbForms(base + base.slice(-1), add);
  else {
    addVerbForms(base, add);
    if (/[aeiou][^aeiouwxy]$/.test(base)) addVerbForms(base + base.slice(-1), add);
  }
}

function addVerbForms(stem: string, add: AddForm): void {
  add(`${stem}ed`);
  add(`${stem}ing`);
}
