import type { AddForm } from './add-form.ts';
import { without } from './endings.ts';

/** Plurals with their spelling: `factuur`, `facturen`; `pakket`, `pakketten`; `brief`, `brieven`; `huis`, `huizen`. */
export function addDutchForms(word: string, add: AddForm): void {
  if (word.length < 4) return;
  const long = /^(.*)([aeou])\2([^aeiou])$/.exec(word);
  if (long !== null) add(`${long[1]}${long[2]}${long[3]}en`);
  else if (/[^aeiou][aeiou][^aeiouwxyj]$/.test(word)) add(`${word}${word.slice(-1)}en`);
  if (/[aeiouln]f$/.test(word)) add(`${word.slice(0, -1)}ven`);
  if (/[aeiou]{2}s$/.test(word)) add(`${word.slice(0, -1)}zen`);
  const base = without(word, 'en', 3);
  if (base === undefined) return;
  const last = base.slice(-1);
  if (last === base.at(-2)) add(base.slice(0, -1));
  else if (/[^aeiou][aeou][^aeiou]$/.test(base)) add(`${base.slice(0, -1)}${base.at(-2)}${last}`);
  if (last === 'v') add(`${base.slice(0, -1)}f`);
  if (/[aeiou]{2}z$/.test(base)) add(`${base.slice(0, -1)}s`);
}
