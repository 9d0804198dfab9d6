import type { AccessGrant } from '../../domain/access.ts';
import type { MailboxPrivilege } from '../../domain/privilege.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { accessKey, accessListKey, accessListPartition } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { findPrincipalById, getPrincipal, idOf, nameOf } from '../identity/principals.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, removeLogged, replaceLogged } from '../logged-item.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';

type AccessContext = Pick<ConfigurationContext, 'ports' | 'access'>;
type ReadPorts = Pick<Ports, 'tables'>;

export interface NewGrant {
  readonly mailboxId: string;
  /** Name of a user or group, in any spelling. */
  readonly principal: string;
  readonly privileges: readonly MailboxPrivilege[];
  readonly grantedBy: string;
}

/** A grant with the name that its user or group has now. */
export interface NamedGrant extends Omit<AccessGrant, 'principalId'> {
  readonly principal: string;
}

/** Sets what a user or group may do with a mailbox. Throws `NotFoundError` for an unknown mailbox or principal. */
export async function grantAccess({ ports, access }: AccessContext, wanted: NewGrant): Promise<NamedGrant> {
  const { mailboxId } = await getMailbox(ports, wanted.mailboxId);
  const principal = await getPrincipal(ports, wanted.principal);
  const principalId = idOf(principal);
  const grant: AccessGrant = {
    principalId,
    mailboxId,
    privileges: [...new Set(wanted.privileges)],
    grantedAt: ports.clock.now().toISOString(),
    grantedBy: wanted.grantedBy,
  };
  const key = accessKey(principalId, mailboxId);
  const change = { data: dataOf(grant), indexes: { list: accessListKey(mailboxId, principalId) } };
  const item = await getLogged(ports, 'configuration', key);
  await (item
    ? replaceLogged(ports, 'configuration', item, change)
    : createLogged(ports, 'configuration', key, change));
  access.forget(principalId, mailboxId);
  return named(grant, nameOf(principal));
}

/** Throws `NotFoundError`. */
export async function getAccess(ports: ReadPorts, mailboxId: string, name: string): Promise<NamedGrant> {
  const principal = await getPrincipal(ports, name);
  const item = await getLogged(ports, 'configuration', accessKey(idOf(principal), mailboxId));
  if (!item) throw new NotFoundError(`access of ${name} to mailbox ${mailboxId}`);
  return named(typed<AccessGrant>(item).data, nameOf(principal));
}

/** Who has access to a mailbox, in the order in which users and groups were made; eventually consistent. */
export function listAccess(ports: ReadPorts, mailboxId: string, request: PageRequest): Promise<ListPage<NamedGrant>> {
  const place = { table: 'configuration', pk: accessListPartition(mailboxId), index: 'list' } as const;
  return listPage(ports, place, request, async (item) => {
    const grant = typed<AccessGrant>(item).data;
    const found = await findPrincipalById(ports, grant.principalId);
    return found && named(grant, nameOf(found.principal));
  });
}

/** Takes a grant of a user or group away. Throws `NotFoundError`. */
export async function revokeAccess(context: AccessContext, mailboxId: string, name: string): Promise<void> {
  const principal = await getPrincipal(context.ports, name);
  if ((await removeGrant(context, mailboxId, idOf(principal))) === 'absent') {
    throw new NotFoundError(`access of ${name} to mailbox ${mailboxId}`);
  }
}

/** Takes a grant away, whether its user or group is there or not. Safe to repeat. */
export async function removeGrant(
  { ports, access }: AccessContext,
  mailboxId: string,
  principalId: string,
): Promise<'removed' | 'absent'> {
  const item = await getLogged(ports, 'configuration', accessKey(principalId, mailboxId));
  if (item) await removeLogged(ports, 'configuration', item);
  access.forget(principalId, mailboxId);
  return item ? 'removed' : 'absent';
}

function named({ principalId: _id, ...grant }: AccessGrant, principal: string): NamedGrant {
  return { principal, ...grant };
}
