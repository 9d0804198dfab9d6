/** What happens to recipients that no archive mailbox owns. */
export type UnknownAddresses = 'endpoint-only' | 'create' | { readonly mailboxId: string };

/** An SMTP address with an unguessable local part that mail systems journal to. */
export interface JournalEndpoint {
  readonly endpointId: string;
  readonly name: string;
  /** The local part in force; former ones stay valid for a grace period, into quarantine. */
  readonly localPart: string;
  readonly mailboxId: string;
  readonly unknownAddresses: UnknownAddresses;
  /**
   * Who may deliver: networks (CIDR), and `tls:`, `dkim:` and `spf:` names; one that matches is enough. Empty:
   * everyone. Mail from elsewhere is quarantined.
   */
  readonly allowedSources: readonly string[];
  /** Host names as they stand after `by` in Received fields: trace fields above the first of these count as evidence. */
  readonly trustedHosts: readonly string[];
  readonly createdAt: string;
  /** Once set the endpoint is gone for everybody but its former addresses and its mailbox. */
  readonly deletedAt?: string;
}

/** To whom a local part of the journal domain belongs. */
export interface EndpointAddress {
  readonly endpointId: string;
  /** Set once the endpoint was deleted or rotated: until then mail is still taken, into quarantine. ISO 8601, UTC. */
  readonly acceptedUntil?: string;
}

/** How long a former address still takes mail. */
export const FORMER_ADDRESS_GRACE_DAYS = 30;
