import type { Mailbox } from '../../domain/mailbox.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { accessPartition, MAILBOXES, mailboxKey } from './configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from './configuration-page.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** Throws `NotFoundError`. */
export async function getMailbox(ports: ReadPorts, mailboxId: string): Promise<Mailbox> {
  return typed<Mailbox>(await mailboxItem(ports, mailboxId)).data;
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

/** The mailboxes that a user or group has access to, newest first. */
export function listMailboxesOf(ports: ReadPorts, principal: string, request: PageRequest): Promise<ListPage<Mailbox>> {
  const place = { table: 'configuration', pk: accessPartition(principal), newestFirst: true } as const;
  return listPage(ports, place, request, async ({ sk: mailboxId }) => {
    const item = await getLogged(ports, 'configuration', mailboxKey(mailboxId));
    return item && typed<Mailbox>(item).data;
  });
}
