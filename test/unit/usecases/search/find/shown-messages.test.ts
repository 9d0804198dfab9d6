import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../../../shared/domain/session.ts';
import { NotFoundError } from '../../../../../shared/errors.ts';
import type { FoundMessage } from '../../../../../shared/search/matching/results.ts';
import type { KnownFiling } from '../../../../../shared/usecases/reading/read-message.ts';
import type { SearchableMailbox, SearchScope } from '../../../../../shared/usecases/search/find/search-scope.ts';
import { shownMessages } from '../../../../../shared/usecases/search/find/shown-messages.ts';

const RECEIVED = '2026-03-01T10:00:00.000Z';
const found: FoundMessage = {
  archiveId: 'm-1',
  mailboxId: 'ann',
  folder: 'Inbox',
  snippet: '<mark>plum</mark> pudding',
  date: RECEIVED,
  receivedAt: RECEIVED,
  from: { address: 'bob@example.net' },
  to: [],
  subject: 'Hello',
  sizeBytes: 1,
  hasAttachments: false,
};
const filing: KnownFiling = {
  mailboxId: 'ann',
  folder: 'Inbox',
  originFolder: 'Inbox',
  basis: 'header',
  receivedAt: RECEIVED,
};
const nobody: Pick<Caller, 'auditor'> = {};

function scope(seen: Partial<SearchableMailbox> = {}, change: Partial<SearchScope> = {}): SearchScope {
  const mailbox = { mailboxId: 'ann', name: 'ann', secondaryAddresses: [], listShards: 1, createdAt: '' };
  const mailboxes = [{ mailbox, reach: 'text', isWithoutGrant: false, ...seen } as const];
  return {
    mailboxes,
    seesAllBlindCopies: false,
    seesRestricted: false,
    hidesSubjects: false,
    hasAllJournals: false,
    ...change,
  };
}

const shown = (of: SearchScope, filings: readonly KnownFiling[], message = found, caller = nobody) =>
  shownMessages(async () => filings, of, caller, [message]);

describe('what the tables know better than the index', () => {
  test('a message is shown as it was found', async () => {
    expect(await shown(scope(), [filing])).toEqual([found]);
  });

  test.each([
    { why: 'was removed', filings: [{ ...filing, isRemoved: true as const }] },
    { why: 'lies in other mailboxes only', filings: [{ ...filing, mailboxId: 'bob' }] },
    { why: 'was purged', filings: [] },
  ])('a message that $why is not shown', async ({ filings }) => {
    expect(await shown(scope(), filings)).toEqual([]);
  });

  test('a message that is being purged is not shown', async () => {
    const gone = async () => {
      throw new NotFoundError('message');
    };
    expect(await shownMessages(gone, scope(), nobody, [found])).toEqual([]);
  });

  test('a message that was moved is shown where it lies', async () => {
    expect(await shown(scope(), [{ ...filing, folder: 'Done' }])).toMatchObject([{ folder: 'Done' }]);
  });

  test('a message of a mailbox that may no longer be read is not shown', async () => {
    expect(await shown({ ...scope(), mailboxes: [] }, [filing])).toEqual([]);
  });

  test('an auditor sees what was received in the period', async () => {
    const auditor = (from: string): Pick<Caller, 'auditor'> => ({
      auditor: { scope: { from }, expiresAt: RECEIVED, createdBy: 'admin' },
    });
    expect(await shown(scope(), [filing], found, auditor('2026-03-01T00:00:00.000Z'))).toHaveLength(1);
    expect(await shown(scope(), [filing], found, auditor('2026-03-02T00:00:00.000Z'))).toEqual([]);
  });
});

describe('restricted mail that the index does not know of yet', () => {
  const marked = { ...filing, isRestricted: true as const };
  const elsewhere = [filing, { ...marked, mailboxId: 'bob', isRemoved: true as const }];
  test.each([{ filings: [marked] }, { filings: elsewhere }])(
    'is shown to auditors alone, whichever mailbox says so',
    async ({ filings }) => {
      expect(await shown(scope(), filings)).toEqual([]);
      expect(await shown(scope({}, { seesRestricted: true }), filings)).toEqual([found]);
    },
  );
});

describe('private mail that the index does not know of yet', () => {
  const marked = { ...filing, isPrivate: true as const };
  const elsewhere = [filing, { ...marked, mailboxId: 'bob', isRemoved: true as const }];

  test('is shown to who has a grant', async () => {
    expect(await shown(scope(), [marked])).toEqual([found]);
  });

  test.each([{ filings: [marked] }, { filings: elsewhere }])(
    'is not shown where its text was seen, in whichever mailbox it is marked',
    async ({ filings }) => {
      expect(await shown(scope({ isWithoutGrant: true }), filings)).toEqual([]);
    },
  );

  test('is shown as a summary where that is all that was seen', async () => {
    const summary = { ...found, snippet: '' };
    expect(await shown(scope({ isWithoutGrant: true }), [marked], summary)).toEqual([summary]);
  });
});

test('hidden subjects are not shown with header summaries', async () => {
  const blocked = scope({ reach: 'headers', isWithoutGrant: true }, { hidesSubjects: true });
  expect(await shown(blocked, [filing], { ...found, snippet: '' })).toMatchObject([{ subject: '', snippet: '' }]);
  const read = scope({}, { hidesSubjects: true });
  expect(await shown(read, [filing])).toMatchObject([{ subject: 'Hello' }]);
});
