import type { Sight, Visibility } from '../../../search/matching/searched-unit.ts';
import type { Query } from '../../../search/query/query.ts';
import { asksForPlace } from './mailbox-filters.ts';
import { isJournal, type SearchableMailbox, type SearchScope } from './search-scope.ts';

/**
 * What the caller may find in each of these mailboxes, which are all that the search goes over. Where the mailboxes of
 * all endpoints are among them, and are seen no less of than a person's mailbox, messages that lie in both are found in
 * the endpoint's only. That takes a query that asks for no place, and no period that begins: a message may have come to
 * the endpoint before it, and to the person within.
 */
export function visibilities(
  scope: SearchScope,
  mailboxes: readonly SearchableMailbox[],
  query: Query,
): ReadonlyMap<string, Visibility> {
  const journals = mailboxes.filter(({ mailbox }) => isJournal(mailbox));
  const isCovered =
    scope.hasAllJournals && journals.length > 0 && scope.received?.from === undefined && !asksForPlace(query);
  const leastOfJournals = Math.min(...journals.map(rank));
  return new Map(
    mailboxes.map((one) => {
      const withoutCovered = isCovered && !isJournal(one.mailbox) && leastOfJournals >= rank(one);
      return [one.mailbox.mailboxId, visibility(scope, one, withoutCovered)];
    }),
  );
}

function visibility(
  scope: SearchScope,
  { reach, isWithoutGrant }: SearchableMailbox,
  withoutCovered: boolean,
): Visibility {
  const headers: Sight = scope.hidesSubjects ? 'headersWithoutSubject' : 'headers';
  return {
    sight: reach === 'text' ? 'all' : headers,
    privateSight: isWithoutGrant ? headers : 'all',
    hiddenBcc: scope.seesAllBlindCopies,
    withoutCovered,
    ...(scope.seesRestricted ? { restricted: true } : {}),
    ...(scope.received ? { received: scope.received } : {}),
  };
}

/** More is seen of a mailbox of higher rank: headers, text but for what is private, all. */
function rank({ reach, isWithoutGrant }: SearchableMailbox): number {
  if (reach === 'headers') return 0;
  return isWithoutGrant ? 1 : 2;
}
