import type { AccessGrant } from '../../domain/access.ts';
import type { MailboxPrivilege } from '../../domain/privilege.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { getPrincipalName } from '../identity/find-users.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, removeLogged, replaceLogged } from '../logged-item.ts';
import type { ConfigurationContext } from '../mailboxes/configuration-context.ts';
import { accessKey, accessListKey, accessListPartition } from '../mailboxes/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../mailboxes/configuration-page.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';

type AccessContext = Pick<ConfigurationContext, 'ports' | 'access'>;

export interface NewGrant {
  readonly mailboxId: string;
  /** Name of a user or group, in any spelling. */
  readonly principal: string;
  readonly privileges: readonly MailboxPrivilege[];
  readonly grantedBy: string;
}

/** Sets what a user or group may do with a mailbox. Throws `NotFoundError` for an unknown mailbox or principal. */
export async function grantAccess({ ports, access }: AccessContext, wanted: NewGrant): Promise<AccessGrant> {
  const { mailboxId } = await getMailbox(ports, wanted.mailboxId);
  const principal = await getPrincipalName(ports, wanted.principal);
  const grant: AccessGrant = {
    principal,
    mailboxId,
    privileges: [...new Set(wanted.privileges)],
    grantedAt: ports.clock.now().toISOString(),
    grantedBy: wanted.grantedBy,
  };
  const key = accessKey(principal, mailboxId);
  const change = { data: dataOf(grant), indexes: { list: accessListKey(mailboxId, principal) } };
  const item = await getLogged(ports, 'configuration', key);
  await (item
    ? replaceLogged(ports, 'configuration', item, change)
    : createLogged(ports, 'configuration', key, change));
  access.forget(principal, mailboxId);
  return grant;
}

/** Throws `NotFoundError`. */
export async function getAccess(
  ports: Pick<Ports, 'tables'>,
  mailboxId: string,
  principal: string,
): Promise<AccessGrant> {
  const item = await getLogged(ports, 'configuration', accessKey(principal, mailboxId));
  if (!item) throw new NotFoundError(`access of ${principal} to mailbox ${mailboxId}`);
  return typed<AccessGrant>(item).data;
}

/** Who has access to a mailbox, by name; eventually consistent. */
export function listAccess(
  ports: Pick<Ports, 'tables'>,
  mailboxId: string,
  request: PageRequest,
): Promise<ListPage<AccessGrant>> {
  const place = { table: 'configuration', pk: accessListPartition(mailboxId), index: 'list' } as const;
  return listPage(ports, place, request, (item) => typed<AccessGrant>(item).data);
}

/** Takes a grant away. Throws `NotFoundError`. */
export async function revokeAccess(
  { ports, access }: AccessContext,
  mailboxId: string,
  principal: string,
): Promise<void> {
  const item = await getLogged(ports, 'configuration', accessKey(principal, mailboxId));
  if (!item) throw new NotFoundError(`access of ${principal} to mailbox ${mailboxId}`);
  await removeLogged(ports, 'configuration', item);
  access.forget(principal, mailboxId);
}
