import type { AttachmentCut } from './attachment.ts';
import type { Direction } from './direction.ts';
import type { FetchedFrom } from './fetched-from.ts';

/** SMTP MAIL FROM and RCPT TO (RFC 5321), as the endpoint saw them. */
export interface Envelope {
  /** Without angle brackets; empty for the null reverse-path. */
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  /** The host that delivered, where it is known. */
  readonly remoteAddress?: string;
  /** The name it gave in EHLO or HELO. */
  readonly helloName?: string;
  /** The DNS names of the certificate that it proved to have, where a trusted authority vouches for it; lower case. */
  readonly tlsNames?: readonly string[];
}

/** Where an arrival came from. */
export interface ArrivalSource {
  readonly kind: 'journal' | 'fetch';
  /**
   * The endpoints its envelope names, in that order; none for mail that is `excluded` or whose envelope is missing, or
   * that was fetched.
   */
  readonly endpointIds: readonly string[];
  /** Endpoints among them whose address was deleted or rotated before. */
  readonly formerEndpointIds?: readonly string[];
  /** Where it was fetched from, for the kind `fetch`. */
  readonly fetched?: FetchedFrom;
}

/** What is known of an arrival from outside its bytes, durable together with them. Times are ISO 8601, UTC. */
export interface ArrivalFacts {
  readonly receivedAt: string;
  readonly source: ArrivalSource;
  readonly envelope: Envelope;
}

/** On what a filing rests: see docs/architecture.md, "Who it is for". */
export type FilingBasis = 'report' | 'envelope' | 'header' | 'folder';

/** That an arrival belongs into a folder of an archive mailbox. */
export interface ResolvedFiling {
  readonly mailboxId: string;
  readonly folder: string;
  readonly basis: FilingBasis;
}

/** Where an original lies in its arrival, in bytes. */
interface OriginalPosition {
  readonly offset: number;
  readonly sizeBytes: number;
  /** SHA-256, lowercase hex. */
  readonly contentHash: string;
}

/** What is stored in front of an arrival for ever; the tables can be rebuilt from it and the bytes behind it. */
export interface ArrivalHeader extends ArrivalFacts {
  readonly format: 1;
  /** When it was filed: for the first arrival of a message, the message's `archivedAt`. */
  readonly filedAt: string;
  readonly original: OriginalPosition;
  /** What the original was wrapped in; left out where the arrival is the original. */
  readonly carrier?: 'report' | 'ndr';
  /** The large attachments that are left out of the stored bytes, in the order they stand in the arrival. */
  readonly cuts?: readonly AttachmentCut[];
  /** The arrival of the same message that these bytes are compressed against; that one has no base. */
  readonly base?: string;
  readonly filings: readonly ResolvedFiling[];
  /** Which way the mail went, by the own domains at that time; absent where they did not say. */
  readonly direction?: Direction;
}

/** The one outcome that every arrival ends in. */
export type Outcome = 'archived' | 'rendition' | 'duplicate' | 'quarantined' | 'excluded';

/** Why an arrival is in quarantine; stable, for people and programs. */
export type QuarantineReason =
  | 'not_a_message'
  | 'former_endpoint_address'
  | 'source_not_allowed'
  | 'envelope_missing'
  | 'poison';
