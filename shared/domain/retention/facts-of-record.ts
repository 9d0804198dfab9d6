import { normaliseAddress } from '../address.ts';
import type { Filing, MessageRecord } from '../message.ts';
import { type RecordedRetention, receiptOf } from './recorded-retention.ts';
import type { RetainedPlace, RetentionFacts } from './retention-facts.ts';

/** What is known of a mailbox that a message is or was filed in. */
export interface MailboxOwner {
  /** The endpoint that it backs. */
  readonly endpointId?: string;
  /** Ids of the groups that its owner is in, however deep. */
  readonly groups: readonly string[];
}

/** What is known of mailboxes, by their ids; nothing of one that is not there, which counts as somebody's own. */
export type MailboxOwners = ReadonlyMap<string, MailboxOwner>;

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
  const endpoints = filings.map(({ mailboxId }) => owners.get(mailboxId)?.endpointId);
  const received = receiptOf(recorded.received);
  return {
    archivedAt: new Date(archivedAt),
    ...(received === undefined ? {} : { receivedAt: new Date(received) }),
    endpoints: [...new Set([...recorded.endpoints, ...endpoints.filter((id) => id !== undefined)])],
    places: placesOf(filings, owners),
    ...(recorded.direction === undefined ? {} : { direction: recorded.direction }),
    senders: joined([normaliseAddress(summary.from.address)], recorded.senders),
    recipients: joined(
      summary.to.map(({ address }) => normaliseAddress(address)),
      recorded.recipients,
    ),
    addressesTruncated: recorded.isTruncated === true,
    sources: recorded.sources,
    sizeBytes: first.sizeBytes,
  };
}

/** A filing that was merged into another one is a removed one that says nothing more. */
function placesOf(
  filings: readonly Pick<Filing, 'mailboxId' | 'folder' | 'removedAt'>[],
  owners: MailboxOwners,
): readonly RetainedPlace[] {
  const places = new Map<string, RetainedPlace>();
  // What lies there counts, whatever was removed from the same folder.
  const removedFirst = filings.toSorted(
    (a, b) => Number(a.removedAt === undefined) - Number(b.removedAt === undefined),
  );
  for (const { mailboxId, folder, removedAt } of removedFirst) {
    const { endpointId, groups = [] } = owners.get(mailboxId) ?? {};
    places.set(`${mailboxId} ${folder}`, {
      mailboxId,
      folder,
      groups,
      ...(endpointId === undefined ? {} : { isJournal: true }),
      ...(removedAt === undefined ? {} : { isFormer: true }),
    });
  }
  return [...places.values()];
}

function joined(shown: readonly string[], recorded: readonly string[] = []): readonly string[] {
  return [...new Set([...shown, ...recorded])].filter((address) => address !== '');
}
