import type { Mailbox } from '../../domain/mailbox.ts';
import { ConflictError } from '../../errors.ts';
import { mailboxKey } from '../configuration/configuration-keys.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { dataOf } from '../item-data.ts';
import { createLogged, getLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { addressesOf, claimAddress, closeClaim } from './address-claims.ts';
import { checkAddresses } from './check-addresses.ts';

export type MailboxContext = Pick<ConfigurationContext, 'ports' | 'addresses' | 'journalDomain'>;

export interface NewMailbox {
  readonly name: string;
  readonly primaryAddress: string;
  readonly secondaryAddresses?: readonly string[];
  /** Id of the user whose own mailbox it becomes. */
  readonly ownerId?: string;
}

/**
 * Creates a mailbox that owns its addresses from now on. Addresses are claimed first: a crash leaves
 * claims that count for nobody and give way after a minute. Throws `InvalidRequestError`, and
 * `ConflictError` `address_in_use`; nothing is left then.
 */
export async function createMailbox(context: MailboxContext, wanted: NewMailbox): Promise<Mailbox> {
  const { ports, journalDomain } = context;
  const [primaryAddress, ...secondaryAddresses] = checkAddresses(
    [wanted.primaryAddress, ...(wanted.secondaryAddresses ?? [])],
    journalDomain,
  );
  const mailbox: Mailbox = {
    mailboxId: newId(ports, 'mb'),
    name: wanted.name,
    ...(primaryAddress === undefined ? {} : { primaryAddress }),
    secondaryAddresses,
    listShards: 1,
    ...(wanted.ownerId === undefined ? {} : { ownerId: wanted.ownerId }),
    createdAt: ports.clock.now().toISOString(),
  };
  await claimAll(context, mailbox, addressesOf(mailbox));
  await putMailbox(context, mailbox);
  return mailbox;
}

/** Claims addresses for a mailbox; where one is in use, gives back what it claimed before and throws. */
export async function claimAll(
  { ports, addresses }: MailboxContext,
  { mailboxId }: Pick<Mailbox, 'mailboxId'>,
  wanted: readonly string[],
): Promise<void> {
  const now = ports.clock.now();
  const claimed: string[] = [];
  try {
    for (const address of wanted) {
      await claimAddress(ports, address, mailboxId, now);
      claimed.push(address);
    }
  } catch (error) {
    for (const address of claimed) await closeClaim(ports, address, mailboxId, now);
    throw error;
  } finally {
    for (const address of wanted) addresses.forgetAddress(address);
  }
}

/** Writes a new mailbox; one that `createFor` made of its claim meanwhile is fine. */
export async function putMailbox({ ports, addresses }: MailboxContext, mailbox: Mailbox): Promise<void> {
  const key = mailboxKey(mailbox.mailboxId);
  try {
    await createLogged(ports, 'configuration', key, { data: dataOf(mailbox) });
  } catch (error) {
    if (!(error instanceof ConflictError) || !(await getLogged(ports, 'configuration', key))) throw error;
  } finally {
    addresses.forgetMailbox(mailbox);
  }
}
