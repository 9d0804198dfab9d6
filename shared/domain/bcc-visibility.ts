import { type Address, normaliseAddress } from './address.ts';
import type { JournalRecipient, JournalReport } from './journal-report.ts';

/** Who reads a message: by which of its filings, and which addresses are theirs. */
export interface BccReader {
  /** Whether they read the sender's own filing, or all mail (auditors): they see every Bcc. */
  readonly seesAll: boolean;
  /** Normalised addresses of the mailboxes they read the message in. */
  readonly ownAddresses: ReadonlySet<string>;
}

/** The Bcc addresses that a reader may see: all of them, or those that are their own. */
export function visibleBcc(bcc: readonly Address[], reader: BccReader): readonly Address[] {
  return reader.seesAll ? bcc : bcc.filter(({ address }) => reader.ownAddresses.has(normaliseAddress(address)));
}

/**
 * A journal report as a reader may see it: a recipient that is neither in the visible To and Cc, nor
 * reached through the expansion or forwarding of one that is, got a blind copy, whatever the report calls it.
 * The same holds for the groups and people that recipients were reached through, and for the mailbox's owner.
 */
export function visibleReport(
  report: JournalReport,
  visible: { readonly to: readonly Address[]; readonly cc: readonly Address[] },
  reader: BccReader,
): JournalReport {
  if (reader.seesAll) return report;
  // A name alone, such as "Undisclosed recipients", is read as an empty address: nobody's.
  const named = [...visible.to, ...visible.cc].filter(({ address }) => address !== '');
  const shown = new Set(named.map(({ address }) => normaliseAddress(address)));
  const isShown = (address: string | undefined) => address !== undefined && shown.has(normaliseAddress(address));
  const isOwn = (address: string | undefined) =>
    address !== undefined && reader.ownAddresses.has(normaliseAddress(address));
  const isOpen = ({ kind, address, expanded, forwarded }: JournalRecipient) =>
    (kind !== 'bcc' && [address, expanded, forwarded].some(isShown)) || isOwn(address);
  const visibleRecipient = ({ address, kind, expanded, forwarded }: JournalRecipient): JournalRecipient => ({
    address,
    kind,
    ...(expanded !== undefined && (isShown(expanded) || isOwn(expanded)) ? { expanded } : {}),
    ...(forwarded !== undefined && (isShown(forwarded) || isOwn(forwarded)) ? { forwarded } : {}),
  });
  const { mailbox, recipients, ...rest } = report;
  return {
    ...rest,
    ...(mailbox !== undefined && (isShown(mailbox) || isOwn(mailbox)) ? { mailbox } : {}),
    recipients: recipients.filter(isOpen).map(visibleRecipient),
  };
}
