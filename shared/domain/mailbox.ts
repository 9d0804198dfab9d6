/** What users read: one primary and any number of secondary addresses, each with a validity period. */
export interface Mailbox {
  readonly mailboxId: string;
  readonly name: string;
  /** Absent for a journal endpoint's own mailbox. */
  readonly primaryAddress?: string;
  readonly secondaryAddresses: readonly string[];
  /** Id of the user whose own mailbox it is, where it was made with one. */
  readonly ownerId?: string;
  /** The endpoint that this mailbox backs, if any. */
  readonly endpointId?: string;
  /** Over how many partitions its list is spread; 1, or more for an endpoint's mailbox, which receives all of a journal. */
  readonly listShards: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/**
 * That a mailbox owns an address from `validFrom` (inclusive) until `validUntil` (exclusive; open where absent). ISO
 * 8601, UTC.
 */
export interface AddressClaim {
  readonly mailboxId: string;
  readonly validFrom: string;
  readonly validUntil?: string;
}

/** How many list partitions an endpoint's mailbox has: each takes about 1,000 writes a second. */
export const ENDPOINT_LIST_SHARDS = 8;

/** Longest address: 64 octets of local part, 255 of domain (RFC 5321, 4.5.3.1), and the @ between. */
const MAX_ADDRESS_LENGTH = 320;

/** What keeps `address` from being owned by a mailbox, or `undefined`. Scripts beyond ASCII are fine (RFC 6531). */
export function addressFault(address: string): string | undefined {
  if (address.length > MAX_ADDRESS_LENGTH) return `an address has at most ${MAX_ADDRESS_LENGTH} characters`;
  if (!address.isWellFormed()) return 'an address is well-formed Unicode';
  return /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@.]+(?:\.[^\s\p{C}<>()[\]\\,;:"@.]+)*$/u.test(address)
    ? undefined
    : 'an address looks like person@example.org';
}
