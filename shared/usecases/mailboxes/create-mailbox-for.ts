import { domainOf, normaliseAddress, withoutDetail } from '../../domain/address.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import { addressFault } from '../../domain/mailbox.ts';
import { ConflictError } from '../../errors.ts';
import { isOwnDomain } from '../domains/own-domains.ts';
import { newId } from '../new-id.ts';
import { claimAddress, claimsOn } from './address-claims.ts';
import { type MailboxContext, putMailbox } from './create-mailbox.ts';

/**
 * The id of the mailbox that owns an address of an own domain now, made where there is none;
 * `undefined` for any other domain. A sub-address (RFC 5233) belongs to the address without it.
 * Safe to repeat and to call twice at once: whoever loses makes the winner's mailbox.
 */
export async function createMailboxFor(context: MailboxContext, written: string): Promise<string | undefined> {
  const { ports, addresses, journalDomain } = context;
  const normalised = normaliseAddress(written);
  const address = withoutDetail(normalised) ?? normalised;
  const domain = domainOf(address);
  if (domain === journalDomain || addressFault(address) || !(await isOwnDomain(ports, domain))) return undefined;

  const mailboxId = (await openOwner(context, address)) ?? (await claimNew(context, address));
  if (mailboxId === undefined) return undefined;
  addresses.forgetAddress(address);
  if (!(await addresses.mailbox(mailboxId))) {
    const createdAt = ports.clock.now().toISOString();
    const mailbox: Mailbox = {
      mailboxId,
      name: address,
      primaryAddress: address,
      secondaryAddresses: [],
      listShards: 1,
      createdAt,
    };
    await putMailbox(context, mailbox);
  }
  return mailboxId;
}

async function claimNew(context: MailboxContext, address: string): Promise<string | undefined> {
  const { ports } = context;
  const mailboxId = newId(ports, 'mb');
  try {
    await claimAddress(ports, address, mailboxId, ports.clock.now());
    return mailboxId;
  } catch (error) {
    if (error instanceof ConflictError) return await openOwner(context, address);
    throw error;
  }
}

async function openOwner({ ports }: MailboxContext, address: string): Promise<string | undefined> {
  return (await claimsOn(ports, address)).find((claim) => claim.validUntil === undefined)?.mailboxId;
}
