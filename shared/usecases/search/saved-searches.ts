import type { Caller } from '../../domain/session.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import type { SortOrder } from '../../search/matching/results.ts';
import { checkQueryLength } from '../../search/query/query-limits.ts';
import { savedSearchesPartition, savedSearchKey } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import type { IdentityContext } from '../identity/identity-context.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, type LoggedChange, removeLogged, replaceLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { queryAll } from '../query-all.ts';

/**
 * Stops a program that saves one search after the other; lists of people are shorter. Requests at the same time may
 * pass it by a few.
 */
export const MAX_SAVED_SEARCHES = 200;

type Context = Pick<IdentityContext, 'ports' | 'sessions'>;

/** A search that somebody keeps. What it finds is what whoever makes it may read. */
interface SavedSearch {
  /** Not to be guessed: who has it may read a search that is shared. */
  readonly savedSearchId: string;
  /** Whose it is; the name of a user may change. */
  readonly userId: string;
  readonly name: string;
  readonly q: string;
  readonly sort?: SortOrder;
  /** A mailbox by its id, name or address, as it was given. */
  readonly mailbox?: string;
  readonly shared: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A saved search with the name that its owner has now. */
export type OwnedSearch = SavedSearch & { readonly owner: string };

export type NewSavedSearch = Omit<SavedSearch, 'savedSearchId' | 'userId' | 'createdAt'>;

/** What is changed; `null` takes a field away. */
export interface SavedSearchChange {
  readonly name?: string;
  readonly q?: string;
  readonly sort?: SortOrder | null;
  readonly mailbox?: string | null;
  readonly shared?: boolean;
}

/** Keeps a search for the caller. Throws `QueryTooLongError`, and `ConflictError` where they have `MAX_SAVED_SEARCHES`. */
export async function saveSearch({ ports }: Context, caller: Caller, wanted: NewSavedSearch): Promise<OwnedSearch> {
  checkQueryLength(wanted.q);
  await refuseTooMany(ports, caller.userId);
  const saved: SavedSearch = {
    ...wanted,
    q: wanted.q.toWellFormed(),
    savedSearchId: newId(ports, 'ss'),
    userId: caller.userId,
    createdAt: ports.clock.now().toISOString(),
  };
  await createLogged(ports, 'configuration', savedSearchKey(saved.savedSearchId), written(saved));
  return { ...saved, owner: caller.userName };
}

/** The caller's own, newest first; eventually consistent. */
export function listSavedSearches(
  { ports }: Context,
  { userId, userName: owner }: Caller,
  page: PageRequest,
): Promise<ListPage<OwnedSearch>> {
  const place = {
    table: 'configuration',
    pk: savedSearchesPartition(userId),
    index: 'list',
    newestFirst: true,
  } as const;
  return listPage(ports, place, page, (item) => ({ ...typed<SavedSearch>(item).data, owner }));
}

/** One of the caller's own, or a shared one of somebody who is still a user. Throws `NotFoundError` for all others. */
export async function findSavedSearch(context: Context, caller: Caller, savedSearchId: string): Promise<OwnedSearch> {
  const item = await getLogged(context.ports, 'configuration', savedSearchKey(savedSearchId));
  const saved = item && typed<SavedSearch>(item).data;
  if (saved?.userId === caller.userId) return { ...saved, owner: caller.userName };
  const owner = saved?.shared ? await context.sessions.user(saved.userId) : undefined;
  if (!saved || !owner) throw notFound(savedSearchId);
  return { ...saved, owner: owner.userName };
}

/**
 * Changes one of the caller's own. Throws `NotFoundError` for any other, `QueryTooLongError`, and `ConflictError` where it
 * was changed meanwhile.
 */
export async function changeSavedSearch(
  { ports }: Context,
  caller: Caller,
  savedSearchId: string,
  { sort, mailbox, ...change }: SavedSearchChange,
): Promise<OwnedSearch> {
  if (change.q !== undefined) checkQueryLength(change.q);
  const item = await ownItem(ports, caller, savedSearchId);
  const { sort: formerSort, mailbox: formerMailbox, ...former } = typed<SavedSearch>(item).data;
  const newSort = sort === undefined ? formerSort : sort;
  const newMailbox = mailbox === undefined ? formerMailbox : mailbox;
  const saved: SavedSearch = {
    ...former,
    ...change,
    q: (change.q ?? former.q).toWellFormed(),
    ...(newSort ? { sort: newSort } : {}),
    ...(newMailbox ? { mailbox: newMailbox } : {}),
  };
  await replaceLogged(ports, 'configuration', item, written(saved));
  return { ...saved, owner: caller.userName };
}

/** Deletes one of the caller's own; its link leads nowhere at once. Throws `NotFoundError` for any other. */
export async function deleteSavedSearch({ ports }: Context, caller: Caller, savedSearchId: string): Promise<void> {
  await removeLogged(ports, 'configuration', await ownItem(ports, caller, savedSearchId));
}

/**
 * Deletes all that a user saved, as the index knows them; one that it does not know yet is found by nobody once the
 * user is gone.
 */
export async function deleteSavedSearchesOf(ports: Context['ports'], userId: string): Promise<void> {
  for await (const { pk, sk } of queryAll(ports, 'configuration', savedSearchesPartition(userId), { index: 'list' })) {
    const item = await getLogged(ports, 'configuration', { pk, sk });
    if (item) await removeLogged(ports, 'configuration', item);
  }
}

async function refuseTooMany(ports: Context['ports'], userId: string): Promise<void> {
  let count = 0;
  for await (const _item of queryAll(ports, 'configuration', savedSearchesPartition(userId), { index: 'list' }))
    count++;
  if (count >= MAX_SAVED_SEARCHES) {
    throw new ConflictError(`you have ${count} saved searches; delete some of them first`);
  }
}

async function ownItem(ports: Context['ports'], caller: Caller, savedSearchId: string): Promise<Item> {
  const item = await getLogged(ports, 'configuration', savedSearchKey(savedSearchId));
  if (!item || typed<SavedSearch>(item).data.userId !== caller.userId) throw notFound(savedSearchId);
  return item;
}

function written(saved: SavedSearch): LoggedChange {
  const list = { pk: savedSearchesPartition(saved.userId), sk: saved.savedSearchId };
  return { data: dataOf(saved), indexes: { list } };
}

function notFound(savedSearchId: string): NotFoundError {
  return new NotFoundError(`saved search ${savedSearchId}`);
}
