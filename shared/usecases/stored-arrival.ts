import type { ArrivalHeader } from '../domain/arrival.ts';
import type { ArrivalReference } from '../domain/message.ts';
import type { OriginalFacts } from '../domain/original.ts';
import type { RecordedRetention } from '../domain/retention/recorded-retention.ts';

/** Everything known of a stored arrival that its items are made of. */
export interface StoredArrival {
  readonly archiveId: string;
  readonly reference: ArrivalReference;
  readonly header: ArrivalHeader;
  readonly original: OriginalFacts;
  /** What the message's record keeps of it for retention. */
  readonly retention: RecordedRetention;
  /** Whether its bytes lie under a key of its own, with its header; if not, another arrival has the very same. */
  readonly ownObject: boolean;
  /** Of its own object: whether this attempt stored it. */
  readonly isNew?: boolean;
  /** Until when storage has locked its object; ISO 8601, UTC. */
  readonly lockedUntil?: string;
}
