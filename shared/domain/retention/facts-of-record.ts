import { normaliseAddress } from '../address.ts';
import type { Filing, MessageRecord } from '../message.ts';
import { type RecordedRetention, receiptOf } from './recorded-retention.ts';
import type { RetentionFacts } from './retention-facts.ts';

/** What is known of the mailboxes that a message is or was filed in. */
export interface MailboxOwners {
  /** Ids of the endpoints that they back. */
  readonly endpoints: readonly string[];
  /** Ids of the groups that the others' owners are in. */
  readonly groups: readonly string[];
}

/** The facts that a record, its filings, and what is known of its mailboxes say together. */
export function factsOfRecord(
  {
    archivedAt,
    summary,
    first,
  }: Pick<MessageRecord, 'archivedAt' | 'summary'> & { readonly first: Pick<MessageRecord['first'], 'sizeBytes'> },
  recorded: RecordedRetention,
  filings: readonly Pick<Filing, 'mailboxId' | 'folder' | 'removedAt'>[],
  owners: MailboxOwners,
): RetentionFacts {
  const live = filings.filter(({ removedAt }) => removedAt === undefined);
  const mailboxes = new Set(live.map(({ mailboxId }) => mailboxId));
  const former = filings.map(({ mailboxId }) => mailboxId).filter((mailboxId) => !mailboxes.has(mailboxId));
  const received = receiptOf(recorded.received);
  return {
    archivedAt: new Date(archivedAt),
    ...(received === undefined ? {} : { receivedAt: new Date(received) }),
    endpoints: [...new Set([...recorded.endpoints, ...owners.endpoints])],
    mailboxes: [...mailboxes],
    formerMailboxes: [...new Set(former)],
    groups: owners.groups,
    ...(recorded.direction === undefined ? {} : { direction: recorded.direction }),
    senders: joined([normaliseAddress(summary.from.address)], recorded.senders),
    recipients: joined(
      summary.to.map(({ address }) => normaliseAddress(address)),
      recorded.recipients,
    ),
    addressesTruncated: recorded.isTruncated === true,
    sources: recorded.sources,
    sizeBytes: first.sizeBytes,
    folders: [...new Set(live.map(({ folder }) => folder))],
  };
}

function joined(shown: readonly string[], recorded: readonly string[] = []): readonly string[] {
  return [...new Set([...shown, ...recorded])].filter((address) => address !== '');
}
