import { describe, expect, test } from 'vitest';
import type { Query } from '../../../../../shared/search/query/query.ts';
import {
  asksForPlace,
  canMatchIn,
  withMailboxIds,
} from '../../../../../shared/usecases/search/find/mailbox-filters.ts';

const word: Query = { kind: 'text', text: 'plum', form: 'word' };
const inMailbox = (mailbox: string): Query => ({ kind: 'mailbox', mailbox });
const and = (...of: Query[]): Query => ({ kind: 'and', of });
const or = (...of: Query[]): Query => ({ kind: 'or', of });
const not = (of: Query): Query => ({ kind: 'not', of });

test('names of mailboxes become their ids, and nothing where nobody is called so', () => {
  const idsOf = (name: string) => (name === 'sales' ? ['mb-1', 'mb-2'] : []);
  expect(withMailboxIds(and(word, not(inMailbox('sales'))), idsOf)).toEqual(
    and(word, not(or(inMailbox('mb-1'), inMailbox('mb-2')))),
  );
  expect(withMailboxIds(inMailbox('board'), idsOf)).toEqual(or());
});

describe('canMatchIn', () => {
  test.each<{ query: Query; expected: boolean; why: string }>([
    { query: word, expected: true, why: 'a word may stand anywhere' },
    { query: and(word, inMailbox('mb-1')), expected: true, why: 'it is that mailbox' },
    { query: and(word, inMailbox('mb-2')), expected: false, why: 'it is another mailbox' },
    { query: and(word, or()), expected: false, why: 'no mailbox is called so' },
    { query: or(word, inMailbox('mb-2')), expected: true, why: 'the word may stand in it' },
    { query: or(inMailbox('mb-2'), or()), expected: false, why: 'neither is this mailbox' },
    { query: not(inMailbox('mb-1')), expected: false, why: 'all but this mailbox' },
    { query: not(inMailbox('mb-2')), expected: true, why: 'all but another mailbox' },
    { query: not(and(word, inMailbox('mb-1'))), expected: true, why: 'the word may be missing' },
    { query: and(), expected: true, why: 'nothing is asked' },
  ])('$expected: $why', ({ query, expected }) => {
    expect(canMatchIn(query, 'mb-1')).toBe(expected);
  });
});

test.each<{ query: Query; expected: boolean }>([
  { query: word, expected: false },
  { query: and(word, { kind: 'folder', folder: 'Inbox' }), expected: true },
  { query: not(or(word, { kind: 'flag', flag: 'sent' })), expected: true },
  { query: { kind: 'flag', flag: 'hasAttachments' }, expected: false },
  { query: inMailbox('mb-1'), expected: true },
])('whether a query asks where mail lies: $query.kind $expected', ({ query, expected }) => {
  expect(asksForPlace(query)).toBe(expected);
});
