import type { Mailbox } from '../../domain/mailbox.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import { mailboxKey } from '../configuration/configuration-keys.ts';
import { dataOf, typed } from '../item-data.ts';
import { getLogged, replaceLogged } from '../logged-item.ts';
import { addressesOf, closeClaim } from './address-claims.ts';
import { checkAddresses } from './check-addresses.ts';
import { claimAll, type MailboxContext } from './create-mailbox.ts';
import { mailboxItem } from './find-mailboxes.ts';

/** What is left out stays as it is; `secondaryAddresses` replaces the list. */
export interface MailboxChange {
  readonly name?: string;
  /** `null` removes it: the mailbox of somebody who left gets no more mail. */
  readonly primaryAddress?: string | null;
  readonly secondaryAddresses?: readonly string[];
}

/**
 * Changes a mailbox. A new address is owned from now on, a removed one until now: mail of its time
 * stays with this mailbox. Throws `NotFoundError`, `InvalidRequestError` (an endpoint's mailbox has no
 * addresses), `ConflictError`.
 */
export async function changeMailbox(
  context: MailboxContext,
  mailboxId: string,
  change: MailboxChange,
): Promise<Mailbox> {
  const { ports, addresses } = context;
  const item = await mailboxItem(ports, mailboxId);
  const current = typed<Mailbox>(item).data;
  const { primaryAddress: _former, ...rest } = current;
  const changed: Mailbox = {
    ...rest,
    ...changedAddresses(context, current, change),
    name: change.name ?? current.name,
  };

  const before = addressesOf(current);
  const after = addressesOf(changed);
  const added = after.filter((address) => !before.includes(address));
  const removed = before.filter((address) => !after.includes(address));

  await claimAll(context, current, added);
  const now = ports.clock.now();
  try {
    await replaceLogged(ports, 'configuration', item, { data: dataOf(changed) });
  } catch (error) {
    if (error instanceof ConflictError) await giveBack(context, mailboxId, added);
    throw error;
  }
  for (const address of removed) await closeClaim(ports, address, mailboxId, now);
  addresses.forgetMailbox(current);
  addresses.forgetMailbox(changed);
  return changed;
}

/** Undoes claims after a lost race, but those of addresses that the winner lists. */
async function giveBack({ ports }: MailboxContext, mailboxId: string, claimed: readonly string[]): Promise<void> {
  const item = await getLogged(ports, 'configuration', mailboxKey(mailboxId));
  const listed = item ? addressesOf(typed<Mailbox>(item).data) : [];
  for (const address of claimed) {
    if (!listed.includes(address)) await closeClaim(ports, address, mailboxId, ports.clock.now());
  }
}

function changedAddresses(
  { journalDomain }: MailboxContext,
  current: Mailbox,
  change: MailboxChange,
): Pick<Mailbox, 'primaryAddress' | 'secondaryAddresses'> {
  const { primaryAddress: wanted = current.primaryAddress, secondaryAddresses = current.secondaryAddresses } = change;
  const primaryAddress = wanted ?? undefined;
  if (change.primaryAddress === undefined && change.secondaryAddresses === undefined) {
    return { ...(primaryAddress === undefined ? {} : { primaryAddress }), secondaryAddresses };
  }
  if (current.endpointId !== undefined) {
    throw new InvalidRequestError("a journal endpoint's mailbox has no addresses; create a mailbox for them");
  }
  if (primaryAddress === undefined) {
    return { secondaryAddresses: checkAddresses(secondaryAddresses, journalDomain) };
  }
  const [primary = primaryAddress, ...secondary] = checkAddresses(
    [primaryAddress, ...secondaryAddresses],
    journalDomain,
  );
  return { primaryAddress: primary, secondaryAddresses: secondary };
}
