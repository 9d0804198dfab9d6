import type { BccReader } from '../../shared/domain/bcc-visibility.ts';
import { SENT } from '../../shared/usecases/filing/resolve-filings.ts';
import { addressesOf } from '../../shared/usecases/mailboxes/address-claims.ts';
import type { KnownFiling } from '../../shared/usecases/reading/read-message.ts';
import type { HttpApiSettings } from './http-api.ts';

/**
 * Who somebody is to the blind copies of a message, by the filings they may read: the sender's own filing
 * shows all, and so does the mailbox of an endpoint, whose readers read the whole journal.
 */
export async function bccReader(
  { configuration }: Pick<HttpApiSettings, 'configuration'>,
  readable: readonly KnownFiling[],
): Promise<BccReader> {
  const found = await Promise.all(readable.map(({ mailboxId }) => configuration.addresses.mailbox(mailboxId)));
  const mailboxes = found.filter((mailbox) => mailbox !== undefined);
  const readsSent = readable.some(({ originFolder }) => originFolder === SENT);
  return {
    seesAll: readsSent || mailboxes.some(({ endpointId }) => endpointId !== undefined),
    ownAddresses: new Set(mailboxes.flatMap(addressesOf)),
  };
}
