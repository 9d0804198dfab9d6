/** What users read: one primary and any number of secondary addresses, each with a validity period. */
export interface Mailbox {
  readonly mailboxId: string;
  readonly name: string;
  /** Absent for a journal endpoint's own mailbox. */
  readonly primaryAddress?: string;
  readonly secondaryAddresses: readonly string[];
  /** The endpoint that this mailbox backs, if any. */
  readonly endpointId?: string;
  /** Over how many partitions its list is spread; 1, or more for an endpoint's mailbox, which receives all of a journal. */
  readonly listShards: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** That a mailbox owns an address from `validFrom` (inclusive) until `validUntil` (exclusive; open where absent). ISO 8601, UTC. */
export interface AddressClaim {
  readonly mailboxId: string;
  readonly validFrom: string;
  readonly validUntil?: string;
}

/** How many list partitions an endpoint's mailbox has: each takes about 1,000 writes a second. */
export const ENDPOINT_LIST_SHARDS = 8;
