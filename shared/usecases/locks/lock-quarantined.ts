import type { ArrivalFacts } from '../../domain/arrival.ts';
import { lockUntil, policiesForUnread } from '../../domain/retention/lock-until.ts';
import type { PreparedPolicies } from '../../domain/retention/prepare-policies.ts';
import type { RetentionFacts } from '../../domain/retention/retention-facts.ts';

/**
 * Until when storage is to lock input in quarantine, which came at `archivedAt`: as the mail that it may be with the longest
 * minimum, by what is known from outside.
 */
export function lockOfQuarantined(
  { receivedAt, source }: Pick<ArrivalFacts, 'receivedAt' | 'source'>,
  sizeBytes: number,
  policies: PreparedPolicies,
  { archivedAt, now }: { readonly archivedAt: Date; readonly now: Date },
): Date | undefined {
  const unread = policiesForUnread(policies);
  const facts: RetentionFacts = {
    archivedAt,
    ...(source.kind === 'journal' ? { receivedAt: new Date(receivedAt) } : {}),
    // Where the envelope is lost, it may have come by any.
    endpoints: source.endpointIds.length > 0 ? source.endpointIds : [...unread.found.endpoints.keys()],
    mailboxes: [],
    formerMailboxes: [],
    groups: [],
    senders: [],
    recipients: [],
    addressesTruncated: true,
    sources: [source.kind],
    sizeBytes,
    folders: [],
  };
  return lockUntil(facts, unread, now);
}
