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
 */
export function visibleReport(
  report: JournalReport,
  visible: { readonly to: readonly Address[]; readonly cc: readonly Address[] },
  reader: BccReader,
): JournalReport {
  if (reader.seesAll) return report;
  const shown = new Set([...visible.to, ...visible.cc].map(({ address }) => normaliseAddress(address)));
  const isOpen = (recipient: JournalRecipient) => {
    const { address, expanded = '', forwarded = '' } = recipient;
    const isNamed = [address, expanded, forwarded].some((one) => shown.has(normaliseAddress(one)));
    return (recipient.kind !== 'bcc' && isNamed) || reader.ownAddresses.has(normaliseAddress(address));
  };
  return { ...report, recipients: report.recipients.filter(isOpen) };
}
