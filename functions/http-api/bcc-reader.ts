import { normaliseAddress, withoutDetail } from '../../shared/domain/address.ts';
import { SENT } from '../../shared/domain/archive-folder.ts';
import type { BccReader } from '../../shared/domain/bcc-visibility.ts';
import type { Mailbox } from '../../shared/domain/mailbox.ts';
import type { Caller } from '../../shared/domain/session.ts';
import { addressesOf } from '../../shared/usecases/mailboxes/address-claims.ts';
import type { KnownFiling } from '../../shared/usecases/reading/read-message.ts';
import type { HttpApiSettings } from './http-api.ts';

interface MessageReader extends BccReader {
  /** Whether they read all that was journaled: in the mailbox of an endpoint, or as auditors. */
  readonly readsJournal: boolean;
  /** As they are to what journal reports say of a message by these senders. */
  journalReader(senders: readonly string[]): BccReader;
}

/**
 * Who somebody is to the blind copies of a message, by the filings they may read: the sender's own filing
 * shows all, and so does the mailbox of an endpoint, whose readers read the whole journal. Auditors see all.
 *
 * What reports say takes a `Sent` filing of one of the senders themselves: whoever sends a message that they
 * got once more, unchanged, gets such a filing too. (A Bcc field is safe from that: without it, it is another message.)
 */
export async function bccReader(
  { configuration }: Pick<HttpApiSettings, 'configuration'>,
  { auditor }: Pick<Caller, 'auditor'>,
  readable: readonly KnownFiling[],
): Promise<MessageReader> {
  if (auditor) return AUDITOR;
  const found = await Promise.all(readable.map(({ mailboxId }) => configuration.addresses.mailbox(mailboxId)));
  const mailboxes = found.filter((mailbox) => mailbox !== undefined);
  const sentFrom = found.filter((_, index) => readable[index]?.originFolder === SENT);
  const readsJournal = mailboxes.some(({ endpointId }) => endpointId !== undefined);
  const ownAddresses = new Set(mailboxes.flatMap(addressesOf));
  return {
    seesAll: readsJournal || sentFrom.length > 0,
    ownAddresses,
    readsJournal,
    journalReader: (senders) => ({
      seesAll: readsJournal || sentFrom.some((mailbox) => mailbox !== undefined && owns(mailbox, senders)),
      ownAddresses,
    }),
  };
}

const ALL: BccReader = { seesAll: true, ownAddresses: new Set() };
const AUDITOR: MessageReader = { ...ALL, readsJournal: true, journalReader: () => ALL };

function owns(mailbox: Mailbox, addresses: readonly string[]): boolean {
  const own = addressesOf(mailbox);
  return addresses.map(normaliseAddress).some((one) => own.includes(one) || own.includes(withoutDetail(one) ?? ''));
}
