import type { AccessGrant } from '../../domain/access.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { accessPartition, MAILBOXES, mailboxKey } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** Throws `NotFoundError`. */
export async function getMailbox(ports: ReadPorts, mailboxId: string): Promise<Mailbox> {
  return typed<Mailbox>(await mailboxItem(ports, mailboxId)).data;
}

/** The mailbox with this id, read afresh, or `undefined`. */
export async function findMailbox(ports: ReadPorts, mailboxId: string): Promise<Mailbox | undefined> {
  const item = await getLogged(ports, 'configuration', mailboxKey(mailboxId));
  return item && typed<Mailbox>(item).data;
}

/** The item with its version, for whoever changes it. Throws `NotFoundError`. */
export async function mailboxItem(ports: ReadPorts, mailboxId: string): Promise<Item> {
  const item = await getLogged(ports, 'configuration', mailboxKey(mailboxId));
  if (!item) throw new NotFoundError(`mailbox ${mailboxId}`);
  return item;
}

/** All mailboxes, newest first. */
export function listMailboxes(ports: ReadPorts, request: PageRequest): Promise<ListPage<Mailbox>> {
  const place = { table: 'configuration', pk: MAILBOXES, newestFirst: true } as const;
  return listPage(ports, place, request, (item) => typed<Mailbox>(item).data);
}

/** Those of `mailboxIds` that are there, newest first: ids begin with their time. */
export async function listMailboxesAmong(
  ports: ReadPorts,
  mailboxIds: readonly string[],
  { limit, cursor }: PageRequest,
): Promise<ListPage<Mailbox>> {
  const newestFirst = [...new Set(mailboxIds)].toSorted((a, b) => (a < b ? 1 : -1));
  const rest = newestFirst.filter((mailboxId) => cursor === undefined || mailboxId < cursor);
  const ids = rest.slice(0, limit);
  const found = await Promise.all(ids.map((mailboxId) => getLogged(ports, 'configuration', mailboxKey(mailboxId))));
  const items = found.flatMap((item) => (item ? [typed<Mailbox>(item).data] : []));
  const last = ids.at(-1);
  return last !== undefined && rest.length > ids.length ? { items, cursor: last } : { items };
}

/**
 * The mailboxes that any of these users and groups has access to, newest first: one query for each, and
 * a cursor that is the last id. Ids begin with their time.
 */
export async function listMailboxesOf(
  ports: ReadPorts,
  principalIds: readonly string[],
  { limit, cursor }: PageRequest,
): Promise<ListPage<Mailbox>> {
  // One more than the page, as the cursor itself comes up again.
  const newest = await Promise.all(principalIds.map((id) => newestGrants(ports, id, limit + 2, cursor)));
  const granted = newest.flat().filter(({ sk }) => sk !== cursor);
  const ids = [...new Set(granted.map(({ sk }) => sk))].toSorted().toReversed();
  const shown = ids.slice(0, limit);
  const usable = new Set(granted.filter((item) => !item.removed && hasPrivileges(item)).map(({ sk }) => sk));
  const { items } = await listMailboxesAmong(
    ports,
    shown.filter((mailboxId) => usable.has(mailboxId)),
    { limit },
  );
  const last = shown.at(-1);
  return last !== undefined && ids.length > shown.length ? { items, cursor: last } : { items };
}

async function newestGrants(
  ports: ReadPorts,
  principalId: string,
  count: number,
  to: string | undefined,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const options = { newestFirst: true, ...(to === undefined ? {} : { to }) };
  for await (const item of queryAll(ports, 'configuration', accessPartition(principalId), {
    ...options,
    page: count,
  })) {
    items.push(item);
    if (items.length >= count) break;
  }
  return items;
}

function hasPrivileges(item: Item): boolean {
  return typed<AccessGrant>(item).data.privileges.length > 0;
}
