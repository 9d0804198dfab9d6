import { spacedRun } from '../tokens/number-run.ts';
import { combined } from './combine-queries.ts';
import type { Query, TextQuery } from './query.ts';

/** Words that one number is typed in at most: an IBAN has nine. */
const MOST_WORDS = 10;
/** With a digit; or the bank in an IBAN. */
const PART = /\d|^[a-z]{4}$/i;

/**
 * What stands side by side, where words that make one number (an IBAN, a telephone number) are also looked for as that: it may
 * stand in the mail without its spaces. `mayAdd` is asked before each such look-up.
 */
export function withNumbers(parts: readonly Query[], mayAdd: () => boolean): readonly Query[] {
  const found: Query[] = [];
  for (let at = 0; at < parts.length; ) {
    const number = numberAt(parts, at);
    const words = combined('and', parts.slice(at, at + number.length));
    const text = number.map((word) => word.text).join(' ');
    const [first] = number;
    const spelt = first && mayAdd() && combined('or', [...(words ? [words] : []), { ...first, text, form: 'phrase' }]);
    found.push(...(spelt ? [spelt] : parts.slice(at, at + Math.max(number.length, 1))));
    at += Math.max(number.length, 1);
  }
  return found;
}

/** The words of the number that begins at `at`; none where there is none of several words. */
export function numberAt(parts: readonly Query[], at: number): readonly TextQuery[] {
  const words: TextQuery[] = [];
  for (const part of parts.slice(at, at + MOST_WORDS)) {
    if (part.kind !== 'text' || part.form !== 'word' || !PART.test(part.text)) break;
    if (part.fields?.join() !== (words[0] ?? part).fields?.join()) break;
    words.push(part);
  }
  const text = words.map((word) => word.text).join(' ');
  const start = text.startsWith('+') ? 1 : 0;
  const run = words.length > 1 ? spacedRun(text, start) : undefined;
  if (run?.joined === undefined) return [];
  const count = text.slice(0, run.end).split(' ').length;
  const isWhole = run.end === text.length || text[run.end] === ' ';
  return isWhole && count > 1 ? words.slice(0, count) : [];
}
