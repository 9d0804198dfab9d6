import { normaliseAddress, withoutDetail } from '../../../shared/domain/address.ts';
import type { ConfigurationPorts } from '../../../shared/usecases/configuration-context.ts';
import { addressesOf, claimsOn } from '../../../shared/usecases/mailboxes/address-claims.ts';
import { findMailbox, getMailbox } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { concernedBy } from '../../../shared/usecases/notices/concerned-by.ts';
import type { SensitiveRule } from '../route.ts';
import type { Sensitive } from '../sensitive.ts';

interface Addresses {
  readonly primaryAddress?: string | null | undefined;
  readonly secondaryAddresses?: readonly string[] | undefined;
}

/** A new mailbox with an address that was another mailbox's. */
export const newMailboxRule: SensitiveRule<unknown, Addresses> = ({ api, body }) =>
  mapped(api.settings.configuration.ports, writtenIn(body));

/** A mailbox that gets an address which was another mailbox's. */
export const mailboxChangeRule: SensitiveRule<{ readonly mailboxId: string }, Addresses> = async ({
  api,
  params: { mailboxId },
  body,
}) => {
  const { ports } = api.settings.configuration;
  const own = addressesOf(await getMailbox(ports, mailboxId));
  return await mapped(ports, writtenIn(body), { mailboxId, own });
};

/** What is sensitive about giving these addresses to a mailbox: that others had them, and expect their mail by them. */
export async function mapped(
  ports: ConfigurationPorts,
  written: readonly string[],
  to: { readonly mailboxId?: string; readonly own?: readonly string[] } = {},
): Promise<Sensitive | undefined> {
  const added = written.map(normaliseAddress).filter((address) => !to.own?.includes(address));
  const formerly = await Promise.all(added.map((address) => formerOwners(ports, address)));
  const others = [...new Set(formerly.flat())].filter((mailboxId) => mailboxId !== to.mailboxId);
  const address = added.find((_, index) => formerly[index]?.some((mailboxId) => mailboxId !== to.mailboxId));
  if (address === undefined) return undefined;
  const found = await Promise.all(others.map((mailboxId) => findMailbox(ports, mailboxId)));
  const there = found.filter((mailbox) => mailbox !== undefined);
  const concerned = await Promise.all(there.map(({ mailboxId }) => concernedBy(ports, mailboxId)));
  return { action: 'mapAddress', concerned: concerned.flat(), subject: { address } };
}

/** Mailboxes that have or had an address, or the one that it is a sub-address of. */
async function formerOwners(ports: ConfigurationPorts, address: string): Promise<readonly string[]> {
  const base = withoutDetail(address);
  const claims = await Promise.all([address, ...(base === undefined ? [] : [base])].map((one) => claimsOn(ports, one)));
  return claims.flat().map(({ mailboxId }) => mailboxId);
}

function writtenIn({ primaryAddress, secondaryAddresses = [] }: Addresses): readonly string[] {
  return primaryAddress ? [primaryAddress, ...secondaryAddresses] : secondaryAddresses;
}
