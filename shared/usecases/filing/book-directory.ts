import type { ConfigurationContext } from '../configuration-context.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import { createMailboxFor } from '../mailboxes/create-mailbox-for.ts';

/** The configuration as filing asks for it, through the books that keep answers for seconds. */
export function bookDirectory(configuration: ConfigurationContext): FilingDirectory {
  const { addresses, domains, endpoints, journalDomain } = configuration;
  return {
    journalDomain,
    owners: (address, at, options) => addresses.owners(address, at, options),
    endpoint: (endpointId) => endpoints.evenDeleted(endpointId),
    endpointAt: async (localPart) => {
      const found = await endpoints.byLocalPart(localPart);
      return found && { endpointId: found.endpoint.endpointId, former: found.former };
    },
    isOwnDomain: async (domain) => (await domains.own()).has(domain),
    mailbox: (mailboxId) => addresses.mailbox(mailboxId),
    createFor: (address) => createMailboxFor(configuration, address),
  };
}
