import type { AccessGrant } from '../../domain/access.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { removeGrant } from '../access/access-grants.ts';
import { accessListPartition, mailboxKey } from '../configuration/configuration-keys.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { endpointsFilingInto } from '../endpoints/find-endpoints.ts';
import { typed } from '../item-data.ts';
import { createLogged, removeLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';
import { addressesOf, closeClaim } from './address-claims.ts';
import { mailboxItem } from './find-mailboxes.ts';

/** Whether a mailbox has or had filings; answered by consistent reads. */
export type MailboxHasFilings = (ports: Pick<Ports, 'tables'>, mailboxId: string) => Promise<boolean>;

/**
 * Deletes a mailbox that holds no mail: mail never becomes invisible by the way. Its addresses are free
 * from now on. Throws `NotFoundError`, and `ConflictError` while there is mail in it or an endpoint
 * files into it.
 */
export async function deleteMailbox(
  context: Pick<ConfigurationContext, 'ports' | 'addresses' | 'access' | 'journalDomain'>,
  mailboxId: string,
  hasFilings: MailboxHasFilings,
): Promise<void> {
  const { ports, addresses, access } = context;
  const item = await mailboxItem(ports, mailboxId);
  const mailbox = typed<Mailbox>(item).data;
  const endpoints = await endpointsFilingInto(ports, mailboxId);
  if (endpoints.length > 0) {
    throw new ConflictError(`journal endpoint ${endpoints.join(', ')} files into mailbox ${mailboxId}`);
  }
  if (await hasFilings(ports, mailboxId)) throw holdsMail(mailboxId);
  await removeLogged(ports, 'configuration', item);
  addresses.forgetMailbox(mailbox);
  // Mail that was filed between the question and the removal must not become invisible.
  if (await hasFilings(ports, mailboxId)) {
    await createLogged(ports, 'configuration', mailboxKey(mailboxId), { data: item.data });
    addresses.forgetMailbox(mailbox);
    throw holdsMail(mailboxId);
  }
  for (const address of addressesOf(mailbox)) await closeClaim(ports, address, mailboxId, ports.clock.now());
  for (const address of addressesOf(mailbox)) addresses.forgetAddress(address);
  const grants = queryAll(ports, 'configuration', accessListPartition(mailboxId), { index: 'list' });
  for await (const grant of grants)
    await removeGrant({ ports, access }, mailboxId, typed<AccessGrant>(grant).data.principalId);
}

function holdsMail(mailboxId: string): ConflictError {
  return new ConflictError(`mailbox ${mailboxId} holds mail; mail is only ever removed message by message`);
}
