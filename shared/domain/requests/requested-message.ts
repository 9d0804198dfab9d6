import type { NamedPolicy } from '../retention/named-policy.ts';
import type { PolicyReference } from '../retention/retention-policy.ts';
import type { RequestAction } from './data-request.ts';

/** What keeps a message from being deleted. */
export interface RequestBlock {
  readonly reason: 'legal_hold' | 'under_retention' | 'object_locked' | 'undecided';
  /** When it ends, where that is known; ISO 8601, UTC. */
  readonly until?: string;
  /** Whose minimum it is under; older ones lack names. */
  readonly policies?: readonly (PolicyReference & Partial<NamedPolicy>)[];
  readonly holdIds?: readonly string[];
}

/** What became of it: `waiting`: nothing yet; `blocked`: it may not go yet. */
export type RequestedState = 'waiting' | 'purged' | 'removed' | 'kept' | 'gone' | 'blocked' | 'exported';

/**
 * A message that a request found. Nothing of its content: that is read from the message while it is there. Times are
 * ISO 8601, UTC.
 */
export interface RequestedMessage {
  readonly archiveId: string;
  readonly foundAt: string;
  /** Where it was found, in the order of their ids, at most `REQUESTED_MAILBOXES`. */
  readonly mailboxIds: readonly string[];
  readonly action: RequestAction;
  readonly state: RequestedState;
  /** As it was when it was last decided on. */
  readonly block?: RequestBlock;
  /** Of what was purged, also where it was gone before, while storage has some of its bytes: until when it keeps them, where that is known. */
  readonly bytesLocked?: { readonly until?: string };
  readonly decidedAt: string;
  /** Of its first original. */
  readonly sizeBytes: number;
  /** Where somebody chose the action, instead of the request's own. */
  readonly chosen?: { readonly by: string; readonly at: string; readonly reason: string };
}

export const REQUESTED_MAILBOXES = 1_000;

/**
 * What an approval made at `approvedAt` lets become of a message: nothing (`keep`) of one that was found, or that
 * somebody chose something else than `keep` for, later than that: whoever approved has not seen it.
 */
export function approvedAction(
  { action, chosen, foundAt }: Pick<RequestedMessage, 'action' | 'chosen' | 'foundAt'>,
  approvedAt: string,
): RequestAction {
  return foundAt > approvedAt || (chosen && chosen.at > approvedAt) ? 'keep' : action;
}
