import type { AddForm } from './add-form.ts';
import { exchangeEndings } from './endings.ts';

// Folded: without tonos, final sigma as sigma.
const NOUN = [
  'οσ',
  'ου',
  'ο',
  'ον',
  'ε',
  'οι',
  'ων',
  'ουσ',
  'α',
  'ασ',
  'εσ',
  'η',
  'ησ',
  'εισ',
  'εωσ',
  'εων',
  'ι',
  'ιου',
  'ια',
  'ιων',
];
const NEUTER = ['μα', 'ματοσ', 'ματα', 'ματων'];
const VERB = ['ω', 'εισ', 'ει', 'ουμε', 'ετε', 'ουν', 'α', 'εσ', 'ε', 'αμε', 'ατε', 'αν'];

/** Declension, and the commonest forms of verbs. */
export function addGreekForms(word: string, add: AddForm): void {
  exchangeEndings(word, NOUN, 3, add);
  exchangeEndings(word, NEUTER, 3, add);
  exchangeEndings(word, VERB, 4, add);
}
