import type { ArrivalFacts } from '../../domain/arrival.ts';
import { decideRetention } from '../../domain/retention/decide-retention.ts';
import { lockUntil, policiesForUnread } from '../../domain/retention/lock-until.ts';
import type { PreparedPolicies } from '../../domain/retention/prepare-policies.ts';
import type { RetentionFacts } from '../../domain/retention/retention-facts.ts';
import type { PolicyReference } from '../../domain/retention/retention-policy.ts';

/** What is known of input in quarantine from outside. */
type OutsideFacts = Pick<ArrivalFacts, 'receivedAt' | 'source'>;

interface Times {
  readonly archivedAt: Date;
  readonly now: Date;
}

/**
 * Until when storage is to lock input in quarantine, which came at `archivedAt`: as the mail that it may be with the longest
 * minimum, by what is known from outside.
 */
export function lockOfQuarantined(
  outside: OutsideFacts,
  sizeBytes: number,
  policies: PreparedPolicies,
  { archivedAt, now }: Times,
): Date | undefined {
  const unread = policiesForUnread(policies);
  return lockUntil(factsOutside(outside, { sizeBytes, archivedAt }, unread), unread, now);
}

/** The end of that minimum, and whose it is; `undefined` where no policy could apply. */
export function minimumOfQuarantined(
  outside: OutsideFacts,
  sizeBytes: number,
  policies: PreparedPolicies,
  { archivedAt, now }: Times,
): { readonly until: Date; readonly by?: PolicyReference } | undefined {
  const unread = policiesForUnread(policies);
  const facts = factsOutside(outside, { sizeBytes, archivedAt }, unread);
  const { minimumUntil, minimumBy } = decideRetention(facts, unread, now);
  return minimumUntil && { until: minimumUntil, ...(minimumBy ? { by: minimumBy } : {}) };
}

function factsOutside(
  { receivedAt, source }: OutsideFacts,
  { sizeBytes, archivedAt }: { readonly sizeBytes: number; readonly archivedAt: Date },
  unread: PreparedPolicies,
): RetentionFacts {
  return {
    archivedAt,
    ...(source.kind === 'journal' ? { receivedAt: new Date(receivedAt) } : {}),
    // Where the envelope is lost, it may have come by any.
    endpoints: source.endpointIds.length > 0 ? source.endpointIds : [...unread.found.endpoints.keys()],
    places: [],
    senders: [],
    recipients: [],
    addressesTruncated: true,
    sources: [source.kind],
    sizeBytes,
  };
}
