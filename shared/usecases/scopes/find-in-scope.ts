import type { SettledScope } from '../../domain/message-scope.ts';
import { StorageError } from '../../errors.ts';
import type { SearchTask, SearchTaskAnswer, SearchWorkers, WantedUnit } from '../../ports/search-workers.ts';
import { MOST_SHOWN } from '../../search/matching/matching-limits.ts';
import type { MatchedMessage, SortPosition } from '../../search/matching/results.ts';
import type { Query } from '../../search/query/query.ts';
import type { AddressBook } from '../mailboxes/address-book.ts';
import { canMatchIn } from '../search/find/mailbox-filters.ts';
import { unitsOf } from '../search/find/plan-search.ts';
import type { UnitReader } from '../search/read/unit-reader.ts';
import { readersVisibility, scopeQuery, wholeVisibility } from './scope-query.ts';

/** What finds the messages of a scope. */
export interface ScopeSearch {
  readonly workers: SearchWorkers;
  readonly reader: Pick<UnitReader, 'listUnits'>;
  readonly addresses: Pick<AddressBook, 'all'>;
}

/** The search that finds what a scope covers, journals' mailboxes too. */
export interface PlannedScope {
  readonly query: Query;
  readonly units: readonly WantedUnit[];
}

/** `readable`: it finds what a reader of these mailboxes finds; left out, all that there is. */
export async function planScope(
  { reader, addresses }: Pick<ScopeSearch, 'reader' | 'addresses'>,
  settled: SettledScope,
  { readable }: { readonly readable?: ReadonlySet<string> } = {},
): Promise<PlannedScope> {
  const query = scopeQuery(settled);
  const mailboxes = (await addresses.all())
    .filter(({ mailboxId }) => (readable?.has(mailboxId) ?? true) && canMatchIn(query, mailboxId))
    .map((mailbox) => ({ mailbox, reach: 'text', isWithoutGrant: false }) as const);
  const visibility = readable ? readersVisibility(settled.scope) : wholeVisibility(settled.scope);
  const visibilityOf = new Map(mailboxes.map(({ mailbox }) => [mailbox.mailboxId, visibility]));
  const units = await unitsOf(reader, { mailboxes, visibilityOf });
  return { query, units: units.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) };
}

/** A message that the search found in one of its mailboxes; it may be found in others, too. */
export interface Hit extends Pick<MatchedMessage, 'archiveId' | 'mailboxId'> {
  /** What the search goes on after. */
  readonly place: HitPlace;
}

export interface HitPlace {
  readonly unit: string;
  readonly after: SortPosition;
}

/** How long one page of hits may take. */
const PAGE_MS = 45_000;

/**
 * All that the search finds, unit by unit, after `from` where it is given. Throws `StorageError` where a part of the index
 * cannot be searched: whoever goes over a scope leaves nothing out.
 */
export async function* hitsOf(
  { workers }: Pick<ScopeSearch, 'workers'>,
  { query, units }: PlannedScope,
  from?: HitPlace,
): AsyncIterable<Hit> {
  for (const unit of units) {
    const name = nameOf(unit);
    if (from && name < from.unit) continue;
    let after = from?.unit === name ? from.after : undefined;
    for (;;) {
      const answer = await workers.run(pageTask(query, [unit], after, PAGE_MS));
      const { items, hasMore } = wholeResult(answer, name);
      for (const { archiveId, mailboxId, position } of items) {
        yield { archiveId, mailboxId, place: { unit: name, after: position } };
      }
      after = items.at(-1)?.position;
      if (!hasMore || !after) break;
    }
  }
}

/** Asks for a page of hits. */
export function pageTask(
  query: Query,
  units: readonly WantedUnit[],
  after: SortPosition | undefined,
  budgetMs: number,
): SearchTask {
  const from = after ? { after } : {};
  return { units, query, want: 'matches', sort: 'newest', limit: MOST_SHOWN, facets: false, budgetMs, ...from };
}

function wholeResult({ result, failed }: SearchTaskAnswer, unit: string) {
  if (!result || failed.length > 0 || result.notSearched.length > 0) throw new StorageError(`search ${unit}`);
  return result;
}

function nameOf({ mailboxId, part }: Pick<WantedUnit, 'mailboxId' | 'part'>): string {
  return `${mailboxId}/${part}`;
}
