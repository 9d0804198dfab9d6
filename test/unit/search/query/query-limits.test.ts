import { describe, expect, test } from 'vitest';
import { QueryTooLongError } from '../../../../shared/errors.ts';
import { parseQuery } from '../../../../shared/search/query/parse-query.ts';
import { checkQueryLength, MAX_CLAUSES, MAX_QUERY_LENGTH } from '../../../../shared/search/query/query-limits.ts';

const now = new Date('2026-03-11T12:00:00.000Z');

describe('the length of a query', () => {
  test('is at most MAX_QUERY_LENGTH characters', () => {
    expect(() => checkQueryLength('a'.repeat(MAX_QUERY_LENGTH))).not.toThrow();
    expect(() => checkQueryLength('a'.repeat(MAX_QUERY_LENGTH + 1))).toThrow(QueryTooLongError);
  });
});

describe('a text that was pasted', () => {
  const words = Array.from({ length: MAX_CLAUSES + 88 }, (_, index) => `w${index}`);

  test('is looked for by its first words, and the rest as one phrase', () => {
    const query = parseQuery(words.join(' '), { now });
    const rest = words.slice(MAX_CLAUSES - 1).join(' ');
    if (query.kind !== 'and') throw new Error(query.kind);
    expect(query.of).toHaveLength(MAX_CLAUSES);
    expect(query.of[0]).toEqual({ kind: 'text', text: 'w0', form: 'word' });
    expect(query.of.at(-1)).toEqual({ kind: 'text', text: rest, form: 'phrase' });
  });

  test('of just as many words as are looked up is looked for by each', () => {
    const query = parseQuery(`(${words.slice(0, MAX_CLAUSES).join(' OR ')})`, { now });
    expect(query).toMatchObject({ kind: 'or', of: { length: MAX_CLAUSES } });
  });
});
