import type { AddForm } from './add-form.ts';
import { exchangeEndings } from './endings.ts';

const NOUN = ['', 'en', 'er', 'ene', 'erne', 'erna', 'ens', 'ers', 'ernes', 'ernas'] as const;
const AR = ['', 'en', 'ar', 'arna', 'ens', 'ars', 'arnas'] as const;
const AFTER_A = ['a', 'an', 'or', 'orna', 'ans', 'ors', 'ornas'] as const;
const NEUTER = ['', 'et', 'ets', 'en', 'ene', 'ena'] as const;

/** Swedish, Danish, Norwegian: number and article: `räkning`, `räkningarna`; `faktura`, `fakturor`; `dokument`, `dokumentet`. */
export function addScandinavianForms(word: string, add: AddForm): void {
  exchangeEndings(word, NOUN, 6, add);
  exchangeEndings(word, AR, 6, add);
  exchangeEndings(word, AFTER_A, 5, add);
  exchangeEndings(word, NEUTER, 6, add);
}
