import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeQuery } from '../../../../shared/search/query/describe-query.ts';
import { parseQuery } from '../../../../shared/search/query/parse-query.ts';
import type { Query } from '../../../../shared/search/query/query.ts';
import { MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_LENGTH } from '../../../../shared/search/query/query-limits.ts';

const now = new Date('2026-03-11T12:00:00.000Z');
const later = new Date('2031-08-01T00:00:00.000Z');
const pieces = [
  ...[
    '"',
    '„',
    '“',
    '«',
    '»',
    '＂',
    '(',
    ')',
    '-',
    ':',
    '*',
    '|',
    '\\',
    "'",
    '=',
    '<',
    '>',
    '..',
    ',',
    '.',
    '/',
    ' ',
    ' ',
    ' ',
  ],
  ...[' OR ', ' AND ', ' NOT ', ' NEAR ', ' NEAR/3 ', 'OR', 'NEAR/', '\0', '\ud800', '\u3000', '😀', 'ß', '漢字', '\n'],
  ...[
    'from:',
    'to: ',
    'any:',
    'subject:(',
    'attachment:',
    'type:',
    'header:X-A=',
    'messageid:',
    'message-id:',
    'in:',
    'foo:',
  ],
  ...['mailbox:', 'is:', 'is:sent', 'has:attachment', 'after:', 'before:', 'on:', 'larger:', 'smaller:', 'unreadable'],
  ...[
    '2024',
    '2024-03',
    '2024-02-31',
    '05.03.2024',
    '7d',
    '9999y',
    'last-week',
    '2999',
    '1000',
    ' 030 123456 ',
    '+49 ',
    'DE89 3704 0044 0532 0130 00',
    'צה"ל',
    '5MB',
    '1.5 GiB',
    '0',
  ],
  ...['pdf', 'image/png', 'application/x-zip', '.docx', 'a', 'b', 'foo', 'bär'],
];
const queryText = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 60, size: 'max' }).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200, size: 'max' }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 1500, size: 'max' }).map((parts) => parts.join('')),
  },
);

describe('any string', () => {
  test('is a query of bounded size and depth', () => {
    fc.assert(
      fc.property(queryText, (text) => {
        const query = parseQuery(text, { now });
        expect(leavesOf(query)).toBeLessThanOrEqual(MAX_CLAUSES);
        // Each group is an OR in an AND, perhaps negated.
        expect(depthOf(query)).toBeLessThanOrEqual(3 * (MAX_DEPTH + 1));
      }),
      { numRuns: 1000 },
    );
  });

  test('has a canonical text that is the same query, then and later', () => {
    fc.assert(
      fc.property(queryText, (text) => {
        const query = parseQuery(text, { now });
        const canonical = describeQuery(query);
        expect(parseQuery(canonical, { now: later })).toEqual(query);
        expect(describeQuery(parseQuery(canonical, { now }))).toBe(canonical);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a hostile query', () => {
  const full = (piece: string) => piece.repeat(Math.floor(MAX_QUERY_LENGTH / piece.length));
  test.each([
    { name: 'parentheses only', text: full('('), leaves: 0 },
    { name: 'deep groups', text: `${'('.repeat(2000)}a${')'.repeat(2000)}`, leaves: 1 },
    { name: 'deep groups with operators', text: `${'(a OR (b '.repeat(200)}${')'.repeat(400)}`, leaves: 400 },
    { name: 'minus signs', text: full('-'), leaves: 0 },
    { name: 'negation upon negation', text: `${full('NOT ').slice(0, 4000)}a`, leaves: 1 },
    { name: 'quotation marks that nothing closes', text: full('«a '), leaves: MAX_CLAUSES },
    { name: 'more words than are looked up', text: full('a '), leaves: MAX_CLAUSES },
    { name: 'a list of types', text: `type:${full('a,').slice(0, 2000)}b`, leaves: 1 },
    { name: 'NEAR upon NEAR', text: full('a NEAR '), leaves: MAX_CLAUSES },
    {
      name: 'NEAR between groups',
      text: full('(a OR b OR c OR d) NEAR (a OR b OR c OR d) '),
      leaves: MAX_CLAUSES,
    },
    { name: 'fields upon fields', text: full('from:'), leaves: 1 },
    { name: 'one long word', text: full('a'), leaves: 1 },
  ])('of $name has no more to look up than is allowed', ({ text, leaves }) => {
    const query = parseQuery(text, { now });
    expect(leavesOf(query)).toBeLessThanOrEqual(leaves);
    expect(parseQuery(describeQuery(query), { now })).toEqual(query);
  });
});

function leavesOf(query: Query): number {
  switch (query.kind) {
    case 'everything':
      return 0;
    case 'near':
      return 2;
    case 'not':
      return leavesOf(query.of);
    case 'and':
    case 'or':
      return query.of.reduce((leaves, part) => leaves + leavesOf(part), 0);
    default:
      return 1;
  }
}

function depthOf(query: Query): number {
  if (query.kind === 'not') return 1 + depthOf(query.of);
  return query.kind === 'and' || query.kind === 'or' ? 1 + Math.max(...query.of.map(depthOf)) : 0;
}
