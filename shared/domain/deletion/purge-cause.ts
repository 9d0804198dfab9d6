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
 * What came of a request that a message go. `legal_hold`, `under_retention` and `object_locked`: it may not yet.
 * `kept`: nobody asks for it any more, or not yet. `undecided`: nothing can be known of it. `busy`: another purge or a
 * filing was quicker. `gone`: there is none.
 */
export type PurgeOutcome =
  | 'purged'
  | 'gone'
  | 'legal_hold'
  | 'under_retention'
  | 'object_locked'
  | 'kept'
  | 'undecided'
  | 'busy';
