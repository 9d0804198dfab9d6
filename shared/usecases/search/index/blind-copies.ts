import { type Address, normaliseAddress, withoutDetail } from '../../../domain/address.ts';
import { visibleBcc, visibleReport } from '../../../domain/bcc-visibility.ts';
import type { JournalReport } from '../../../domain/journal-report.ts';
import type { Mailbox } from '../../../domain/mailbox.ts';
import { addressesOf } from '../../mailboxes/address-claims.ts';

/** Who is named by a message, and by the journal reports around its arrivals. */
export interface NamedPeople {
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** Of Bcc fields. */
  readonly bcc: readonly Address[];
  readonly journal?: JournalReport;
}

/**
 * Whom, beside those in To and Cc, every reader of a mailbox may find as a recipient, and whom auditors alone: as
 * `docs/architecture.md` says of blind copies. `hasSent`: the sender's own filing is in this mailbox.
 */
export function blindCopies(
  mailbox: Pick<Mailbox, 'primaryAddress' | 'secondaryAddresses' | 'endpointId'>,
  hasSent: boolean,
  people: NamedPeople,
): { readonly open: readonly Address[]; readonly hidden: readonly Address[] } {
  const { from, to, cc, bcc, journal } = people;
  const readsJournal = mailbox.endpointId !== undefined;
  const own = addressesOf(mailbox);
  const ownAddresses = new Set(own);
  const open = [...visibleBcc(bcc, { seesAll: readsJournal || hasSent, ownAddresses })];
  const all = [...bcc];
  if (journal) {
    const senders = [...from.map(({ address }) => address), journal.sender, journal.onBehalfOf ?? ''];
    const seesAll = readsJournal || (hasSent && senders.some((sender) => owns(own, sender)));
    open.push(...recipientsIn(visibleReport(journal, { to, cc }, { seesAll, ownAddresses })));
    all.push(...recipientsIn(journal));
  }
  // Who stands in To or Cc is found there, unless a Bcc field says it too.
  const shown = new Set([...to, ...cc].map(({ address }) => normaliseAddress(address)));
  for (const { address } of bcc) shown.delete(normaliseAddress(address));
  const openOnce = once(open, shown);
  const found = new Set(openOnce.map(({ address }) => normaliseAddress(address)));
  return { open: openOnce, hidden: once(all, new Set([...shown, ...found])) };
}

/** Everybody whom a report names as a recipient, or as the way to one. */
function recipientsIn({ recipients, mailbox }: JournalReport): readonly Address[] {
  const addresses = recipients.flatMap(({ address, expanded, forwarded }) => [address, expanded, forwarded]);
  return [...addresses, mailbox].flatMap((address) => (address ? [{ address }] : []));
}

function once(addresses: readonly Address[], without: ReadonlySet<string>): readonly Address[] {
  const seen = new Set(without);
  return addresses.filter(({ address }) => {
    const name = normaliseAddress(address);
    return !seen.has(name) && seen.add(name);
  });
}

function owns(own: readonly string[], address: string): boolean {
  const normalised = normaliseAddress(address);
  return own.includes(normalised) || own.includes(withoutDetail(normalised) ?? '');
}
