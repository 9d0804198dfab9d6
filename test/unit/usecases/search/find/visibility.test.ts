import { describe, expect, test } from 'vitest';
import type { Query } from '../../../../../shared/search/query/query.ts';
import type { SearchableMailbox, SearchScope } from '../../../../../shared/usecases/search/find/search-scope.ts';
import { visibilities } from '../../../../../shared/usecases/search/find/visibility.ts';

type Seen = Pick<SearchableMailbox, 'reach' | 'isWithoutGrant'>;

const all: Seen = { reach: 'text', isWithoutGrant: false };
const openText: Seen = { reach: 'text', isWithoutGrant: true };
const headers: Seen = { reach: 'headers', isWithoutGrant: true };

function searchable(mailboxId: string, seen: Seen, endpointId?: string): SearchableMailbox {
  const mailbox = { mailboxId, name: mailboxId, secondaryAddresses: [], listShards: endpointId ? 8 : 1, createdAt: '' };
  return { mailbox: endpointId === undefined ? mailbox : { ...mailbox, endpointId }, ...seen };
}

function scopeWith(ann: Seen, journal: Seen | undefined, change: Partial<SearchScope> = {}): SearchScope {
  const mailboxes = [searchable('ann', ann), ...(journal ? [searchable('journal', journal, 'ep')] : [])];
  return {
    mailboxes,
    seesAllBlindCopies: false,
    seesRestricted: false,
    hidesSubjects: false,
    hasAllJournals: journal !== undefined,
    ...change,
  };
}

const everything: Query = { kind: 'everything' };
const visibilityOf = (scope: SearchScope, query: Query = everything) =>
  visibilities(scope, scope.mailboxes, query).get('ann') ?? {};

describe('what is seen of a mailbox', () => {
  test.each([
    { name: 'all with a grant', seen: all, change: {}, expected: { sight: 'all', privateSight: 'all' } },
    {
      name: 'all but private mail without',
      seen: openText,
      change: {},
      expected: { sight: 'all', privateSight: 'headers' },
    },
    {
      name: 'header fields while content is blocked',
      seen: headers,
      change: {},
      expected: { sight: 'headers', privateSight: 'headers' },
    },
    {
      name: 'no subjects where they are hidden',
      seen: headers,
      change: { hidesSubjects: true },
      expected: { sight: 'headersWithoutSubject', privateSight: 'headersWithoutSubject' },
    },
    {
      name: 'every blind copy, within the period',
      seen: openText,
      change: { seesAllBlindCopies: true, received: { from: 1, to: 2 } },
      expected: { sight: 'all', privateSight: 'headers', hiddenBcc: true, received: { from: 1, to: 2 } },
    },
    {
      name: 'restricted mail where the scope has it',
      seen: openText,
      change: { seesRestricted: true },
      expected: { sight: 'all', privateSight: 'headers', restricted: true },
    },
  ])('$name', ({ seen, change, expected }) => {
    expect(visibilityOf(scopeWith(seen, undefined, change))).toEqual({
      hiddenBcc: false,
      withoutCovered: false,
      ...expected,
    });
  });
});

describe('mail that lies in a journal too is passed over', () => {
  const folder: Query = { kind: 'folder', folder: 'Inbox' };
  test.each<{
    why: string;
    ann: Seen;
    journal?: Seen;
    change?: Partial<SearchScope>;
    query?: Query;
    expected: boolean;
  }>([
    { why: 'where the journal is searched and all of it seen', ann: all, journal: all, expected: true },
    { why: 'where as little is seen of both', ann: headers, journal: headers, expected: true },
    { why: 'not where less is seen of the journal', ann: all, journal: headers, expected: false },
    { why: 'not where private mail is hidden in the journal only', ann: all, journal: openText, expected: false },
    { why: 'not where no journal is searched', ann: all, expected: false },
    {
      why: 'not where another journal is not',
      ann: all,
      journal: all,
      change: { hasAllJournals: false },
      expected: false,
    },
    { why: 'not where the query asks for a folder', ann: all, journal: all, query: folder, expected: false },
    {
      why: 'where a period ends: the journal had it no later',
      ann: all,
      journal: all,
      change: { received: { to: 2 } },
      expected: true,
    },
    {
      why: 'not where a period begins: the journal may have had it before',
      ann: all,
      journal: all,
      change: { received: { from: 1 } },
      expected: false,
    },
  ])('$why', ({ ann, journal, change, query, expected }) => {
    expect(visibilityOf(scopeWith(ann, journal, change), query)).toMatchObject({ withoutCovered: expected });
  });

  test('never in a journal itself', () => {
    const scope = scopeWith(all, all);
    expect(visibilities(scope, scope.mailboxes, everything).get('journal')).toMatchObject({ withoutCovered: false });
  });

  test('not where the journal may be searched, but this search is for one mailbox', () => {
    const scope = scopeWith(all, all);
    const [ann] = scope.mailboxes;
    expect(visibilities(scope, ann ? [ann] : [], everything).get('ann')).toMatchObject({ withoutCovered: false });
  });
});
