import type { AddForm } from './add-form.ts';
import { exchangeEndings } from './endings.ts';

const FEMININE = ['a', 'y', 'i', 'e', 'ie', 'o', 'u', 'om', 'ami', 'ach', 'ou', ''] as const;
const MASCULINE = ['', 'a', 'u', 'owi', 'ovi', 'em', 'ie', 'y', 'ow', 'om', 'ami', 'ach', 'ech'] as const;
const ADJECTIVE = ['y', 'a', 'e', 'ego', 'ej', 'emu', 'ym', 'ych', 'ymi', 'eho'] as const;

/** Polish, Czech and their relatives in Latin script: `faktura`, `faktury`, `fakturą`; `dokument`, `dokumentów`. */
export function addSlavicForms(word: string, add: AddForm): void {
  // `director`, `directory` and `deliver`, `delivery` are words of their own.
  if (/[eo]ry?$/.test(word)) return;
  if (/(?:a|y|ie|om|ami|ach)$/.test(word)) exchangeEndings(word, FEMININE, 6, add);
  exchangeEndings(word, MASCULINE, 6, add);
  if (/(?:y|ego|ej|emu|ym|ych|ymi|eho)$/.test(word)) exchangeEndings(word, ADJECTIVE, 6, add);
}
