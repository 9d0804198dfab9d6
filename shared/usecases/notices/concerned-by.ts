import type { AccessGrant } from '../../domain/access.ts';
import type { Ports } from '../../ports/ports.ts';
import { accessListPartition } from '../configuration/configuration-keys.ts';
import { findPrincipalById } from '../identity/principals.ts';
import { typed } from '../item-data.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';

/** How many readers of one mailbox are told at most: a mailbox for all staff must not make a request long. */
const MAX_READERS = 100;

/** Whom it concerns what happens to a mailbox: its owner and the users who may read it, by id. Throws `NotFoundError`. */
export async function concernedBy(ports: Pick<Ports, 'tables'>, mailboxId: string): Promise<readonly string[]> {
  const { ownerId } = await getMailbox(ports, mailboxId);
  const page = await ports.tables.queryIndex('configuration', 'list', accessListPartition(mailboxId), {
    limit: MAX_READERS,
  });
  const grants = page.items.filter((item) => !item.removed).map((item) => typed<AccessGrant>(item).data);
  const readers = grants.filter(({ privileges }) => privileges.includes('read'));
  const found = await Promise.all(readers.map(({ principalId }) => findPrincipalById(ports, principalId)));
  const users = found.flatMap((one) => (one?.principal.kind === 'user' ? [one.principal.userId] : []));
  return [...new Set([...(ownerId === undefined ? [] : [ownerId]), ...users])];
}
