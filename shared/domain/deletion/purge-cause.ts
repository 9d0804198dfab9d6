import type { DeletingKind } from '../requests/data-request.ts';

/** Who or what asks for a message to go. */
export type PurgeCause =
  /** A retention job: past its maximum. */
  | { readonly kind: 'retention'; readonly jobId: string }
  /** An approved request. */
  | { readonly kind: DeletingKind; readonly requestId: string; readonly jobId: string }
  /** Somebody removed a filing; `by` is a user name. */
  | { readonly kind: 'person'; readonly by: string };

/**
 * What came of a request that a message go. `bytes_locked`: gone for everybody, as is `purged`; storage keeps some of
 * its bytes until a lock has ended, and they go then. `legal_hold`, `under_retention` and `object_locked`: it may not yet.
 * `kept`: nobody asks for it any more, or not yet. `undecided`: nothing can be known of it. `busy`: another purge or a
 * filing was quicker. `gone`: there is none.
 */
export type PurgeOutcome =
  | 'purged'
  | 'bytes_locked'
  | 'gone'
  | 'legal_hold'
  | 'under_retention'
  | 'object_locked'
  | 'kept'
  | 'undecided'
  | 'busy';

/** Why a message stays, or that there is none. */
export type PurgeRefusal = Exclude<PurgeOutcome, 'purged' | 'bytes_locked'>;

/** Whether the message is gone for everybody by this. */
export function isPurged(outcome: PurgeOutcome | undefined): outcome is 'purged' | 'bytes_locked' {
  return outcome === 'purged' || outcome === 'bytes_locked';
}
