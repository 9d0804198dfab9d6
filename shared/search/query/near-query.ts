import type { Query, TextQuery } from './query.ts';
import { MAX_NEAR_PAIRS } from './query-limits.ts';
import { textInFields } from './text-query.ts';

/**
 * `left NEAR/distance right`, each a word, a phrase, a prefix or a group of them joined by OR; every pair becomes a `near`.
 * The field of one side counts for the other, which has none. Empty where the two cannot be near one another.
 */
export function nearQueries(left: Query, right: Query, distance: number): readonly Query[] {
  const lefts = alternatives(left);
  const rights = alternatives(right);
  if (lefts.length * rights.length > MAX_NEAR_PAIRS) return [];
  const pairs: Query[] = [];
  for (const one of lefts) {
    for (const other of rights) {
      const fields = one.fields ?? other.fields;
      if (!sameFields(one.fields, fields) || !sameFields(other.fields, fields)) return [];
      pairs.push({ kind: 'near', left: textInFields(one, fields), right: textInFields(other, fields), distance });
    }
  }
  return pairs;
}

/** The texts one of which is asked for; none where it is no such group. */
export function alternatives(query: Query): readonly TextQuery[] {
  const of = query.kind === 'or' ? query.of : [query];
  const texts = of.filter((part) => part.kind === 'text').filter((text) => text.form !== 'whole');
  return texts.length === of.length ? texts : [];
}

function sameFields(own: TextQuery['fields'], fields: TextQuery['fields']): boolean {
  return own === undefined || own.join() === fields?.join();
}
