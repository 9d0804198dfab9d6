import type { Caller } from '../../../domain/session.ts';
import { NotFoundError } from '../../../errors.ts';
import type { WantedUnit } from '../../../ports/search-workers.ts';
import type { SortOrder } from '../../../search/matching/results.ts';
import type { Visibility } from '../../../search/matching/searched-unit.ts';
import { parseQuery } from '../../../search/query/parse-query.ts';
import type { Query } from '../../../search/query/query.ts';
import { checkQueryLength } from '../../../search/query/query-limits.ts';
import type { IndexUnit } from '../index/index-unit.ts';
import type { UnitReader } from '../read/unit-reader.ts';
import { canMatchIn, withMailboxIds } from './mailbox-filters.ts';
import { MailboxNames } from './mailbox-names.ts';
import type { SearchableMailbox, SearchScope } from './search-scope.ts';
import { visibilities } from './visibility.ts';

/** What somebody searches for. */
export interface SearchQuestion {
  readonly q: string;
  /** Only this mailbox: its id, name or address. */
  readonly mailbox?: string;
  readonly sort: SortOrder;
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
}

/** A search as it is run: what for, and where. */
export interface SearchPlan {
  /** Names mailboxes by their ids. */
  readonly query: Query;
  readonly sort: SortOrder;
  readonly mailboxes: readonly SearchableMailbox[];
  readonly visibilityOf: ReadonlyMap<string, Visibility>;
}

/**
 * What a question comes to for whoever may search `scope`. A mailbox beyond it is as unknown as one that does not exist:
 * `NotFoundError` where the whole search is for it, nothing found where the query names it. Throws `QueryTooLongError`.
 */
export function planSearch(scope: SearchScope, question: SearchQuestion, now: Date): SearchPlan {
  checkQueryLength(question.q);
  const names = new MailboxNames(scope.mailboxes);
  const wanted = question.mailbox === undefined ? scope.mailboxes : names.called(question.mailbox);
  if (question.mailbox !== undefined && wanted.length === 0) throw new NotFoundError('mailbox');
  const query = withMailboxIds(parseQuery(question.q, { now }), (name) =>
    names.called(name).map(({ mailbox }) => mailbox.mailboxId),
  );
  const mailboxes = wanted.filter(({ mailbox }) => canMatchIn(query, mailbox.mailboxId));
  return {
    query,
    sort: isSortable(scope, question.sort) ? question.sort : 'newest',
    mailboxes,
    visibilityOf: visibilities(scope, mailboxes, query),
  };
}

/** An order by subjects tells of those that are hidden. */
function isSortable({ hidesSubjects, mailboxes }: SearchScope, sort: SortOrder): boolean {
  return sort !== 'subject' || !hidesSubjects || !mailboxes.some(({ isWithoutGrant }) => isWithoutGrant);
}

/** How many mailboxes are asked for their parts at once. */
const LISTS_AT_ONCE = 20;

/** The units of the index that a search goes over. */
export async function unitsOf(
  reader: Pick<UnitReader, 'listUnits'>,
  { mailboxes, visibilityOf }: Pick<SearchPlan, 'mailboxes' | 'visibilityOf'>,
): Promise<readonly WantedUnit[]> {
  const units: WantedUnit[] = [];
  for (let start = 0; start < mailboxes.length; start += LISTS_AT_ONCE) {
    const some = mailboxes.slice(start, start + LISTS_AT_ONCE);
    const parts = await Promise.all(some.map(({ mailbox }) => reader.listUnits(mailbox)));
    units.push(...parts.flat().flatMap((unit) => wantedUnit(unit, visibilityOf)));
  }
  return units;
}

function wantedUnit({ mailboxId, part }: IndexUnit, visibilityOf: SearchPlan['visibilityOf']): readonly WantedUnit[] {
  const visibility = visibilityOf.get(mailboxId);
  return visibility ? [{ mailboxId, part, visibility }] : [];
}

/** Names a search, so that a cursor of another is none of it. Whose it is counts too: others may search elsewhere. */
export function searchName({ q, mailbox = '', sort }: SearchQuestion, { userId }: Pick<Caller, 'userId'>): string {
  return JSON.stringify(['search', userId, q, mailbox, sort]);
}
