import type { Query, TextQuery } from '../query/query.ts';
import { analyse } from '../tokens/analyse.ts';

/** The texts of a query that have no word to look for, such as emoji and signs: a search passes over them, and finds more. */
export function wordlessTexts(query: Query): readonly string[] {
  return textsIn(query)
    .filter(({ text, form }) => analyse(text, form).kind === 'nothing')
    .map(({ text }) => text);
}

function textsIn(query: Query): readonly TextQuery[] {
  switch (query.kind) {
    case 'text':
      return [query];
    case 'near':
      return [query.left, query.right];
    case 'not':
      return textsIn(query.of);
    case 'and':
    case 'or':
      return query.of.flatMap(textsIn);
    default:
      return [];
  }
}
