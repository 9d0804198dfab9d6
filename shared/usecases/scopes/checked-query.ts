import { InvalidRequestError } from '../../errors.ts';
import { wordlessTexts } from '../../search/matching/wordless-texts.ts';
import { parseQuery } from '../../search/query/parse-query.ts';
import type { Query } from '../../search/query/query.ts';
import { checkQueryLength } from '../../search/query/query-limits.ts';

/**
 * Parses a query that decides what becomes of mail. A search forgives what it cannot look for, and finds more; here
 * that would delete it. Throws `InvalidRequestError`, naming `field`, where a part of it asks for nothing, and
 * `QueryTooLongError`.
 */
export function checkedQuery(field: string, query: string, now: Date): Query {
  checkQueryLength(query);
  const parsed = parseQuery(query.toWellFormed(), { now });
  if (parsed.kind === 'everything') throw new InvalidRequestError(`${field}: asks for nothing`);
  const [wordless] = wordlessTexts(parsed);
  if (wordless === undefined) return parsed;
  throw new InvalidRequestError(`${field}: there is no word to look for in ${JSON.stringify(wordless.slice(0, 100))}`);
}
