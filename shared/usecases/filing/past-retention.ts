import type { ResolvedFiling } from '../../domain/arrival.ts';
import { decideRetention } from '../../domain/retention/decide-retention.ts';
import { factsOfRecord } from '../../domain/retention/facts-of-record.ts';
import type { RecordedRetention } from '../../domain/retention/recorded-retention.ts';
import { summaryOf } from '../../domain/summary.ts';
import type { Ports } from '../../ports/ports.ts';
import { activeHolds } from '../holds/hold-book.ts';
import { ownersOfMailboxes } from '../retention/facts-of-message.ts';
import type { PolicyBook } from '../retention/policy-book.ts';
import type { ReadArrival } from './read-arrival.ts';

/**
 * Whether fetched mail that the archive does not have is past its maximum already, by the policies as they are now.
 * What only a search, or a legal hold of which there is any, could tell is archived: the retention job decides on it. So is
 * what a Received field alone dates: where the source's own server writes none, that is its sender's word.
 */
export async function isPastRetention(
  ports: Pick<Ports, 'tables' | 'clock'>,
  policies: PolicyBook,
  { original, facts: { receivedAt } }: Pick<ReadArrival, 'original' | 'facts'>,
  retention: RecordedRetention,
  filings: readonly ResolvedFiling[],
): Promise<boolean> {
  const now = ports.clock.now();
  const { policies: all, prepared } = await policies.now();
  if (!all.some(({ maximum }) => maximum)) return false;
  const owners = await ownersOfMailboxes(ports, filings);
  const record = {
    archivedAt: now.toISOString(),
    summary: summaryOf(original, receivedAt),
    first: { sizeBytes: original.sizeBytes },
  };
  const { trace: _trace, ...received } = retention.received;
  const facts = factsOfRecord(record, { ...retention, received }, filings, owners);
  const { state } = decideRetention(facts, prepared, now);
  return state === 'expired' && (await activeHolds(ports)).length === 0;
}
