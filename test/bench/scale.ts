/**
 * npm run bench:scale [-- --write]
 *
 * Prints the tables of docs/scale.md, computed from the price table and the measured figures; --write puts them in.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { scaleTables, withTables } from './scale-tables.ts';

if (process.argv.includes('--write')) {
  const path = new URL('../../docs/scale.md', import.meta.url);
  await writeFile(path, withTables(await readFile(path, 'utf8')));
} else {
  for (const [name, text] of Object.entries(scaleTables())) console.log(`${name}\n\n${text}\n`);
}
