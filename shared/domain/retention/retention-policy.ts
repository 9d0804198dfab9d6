import type { ArrivalSource } from '../arrival.ts';
import type { Direction } from '../direction.ts';
import type { KeepTime } from './keep-time.ts';

/** The instant that keep times run from: when the archive filed the message, or when it was received (`RetentionFacts`). */
export type CountedFrom = 'archived' | 'received';

/**
 * What a message has to be for a policy to apply: every list that is given has to match, by any of its entries; sizes
 * are exclusive bounds. Without any condition a policy applies to all mail. A list is never empty.
 */
export interface PolicyConditions {
  /** Ids of journal endpoints. */
  readonly endpoints?: readonly string[];
  /** Ids of mailboxes. */
  readonly mailboxes?: readonly string[];
  /** Ids of groups that the owner of a mailbox is in. */
  readonly groups?: readonly string[];
  readonly directions?: readonly Direction[];
  /** Normalised addresses; an address without a sub-address stands for those with one. */
  readonly senders?: readonly string[];
  readonly recipients?: readonly string[];
  /** Normalised domains of senders or recipients; domains below them do not count. */
  readonly domains?: readonly string[];
  readonly sources?: readonly ArrivalSource['kind'][];
  readonly largerThanBytes?: number;
  readonly smallerThanBytes?: number;
  /** Patterns of folders that the message lies in (`matches` of folder selections); only in policies without a minimum. */
  readonly folders?: readonly string[];
  /** A search that finds the message, in the query language; only in policies without a minimum. */
  readonly query?: string;
}

/** How long messages must be kept, and how long they may be. Times are ISO 8601, UTC. */
export interface RetentionPolicy {
  readonly policyId: string;
  /** Starts at 1, grows by one with every change. */
  readonly version: number;
  readonly name: string;
  /** The maximum of the matching policy with the highest priority applies; it is of no account for minimums. */
  readonly priority: number;
  /** The policy for all mail: it has no conditions, and every other one comes before it. At most one policy is. */
  readonly isDefault?: true;
  readonly conditions: PolicyConditions;
  /** Until this is over nobody can delete; the longest of all matching policies wins. */
  readonly minimum?: KeepTime;
  /** Once this is over, the retention job purges; never before any minimum is over. */
  readonly maximum?: KeepTime;
  readonly countedFrom: CountedFrom;
  readonly createdAt: string;
  readonly changedAt: string;
  /** Who made this version, and who agreed where that took two, by user name; absent from older ones. */
  readonly changedBy?: string;
  readonly approvedBy?: string;
  /** Set once it no longer applies; its versions stay. */
  readonly retiredAt?: string;
}

/** Who makes a version of a policy. */
export type PolicyAuthors = Pick<RetentionPolicy, 'changedBy' | 'approvedBy'>;

/** One version of a policy, as decisions name it. */
export interface PolicyReference {
  readonly policyId: string;
  readonly version: number;
}
