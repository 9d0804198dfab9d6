import type { UnknownRule } from './unknown-rule.ts';

/** Where fetched mail is filed. */
export type FetchTarget =
  /** A folder of one archive mailbox. */
  | { readonly mailboxId: string; readonly folder: string }
  /** Whoever the mail is for, as its own bytes tell (multidrop). */
  | {
      /** Host names, lower case, whose Received fields end what counts as evidence. */
      readonly trustedHosts: readonly string[];
      readonly unknownAddresses: UnknownRule;
      /** Folder of received mail: `{u-email}` is the primary address of the mailbox, `{h-email}` the address found. */
      readonly folder: string;
    };

/** What a source says of a message beside its bytes. */
export interface SourceMarks {
  /** As the source writes them; without `\Recent`. */
  readonly flags: readonly string[];
  /** When it came into the mailbox, where the source says so; ISO 8601, UTC. */
  readonly internalDate?: string;
  /** What the source says its size is. */
  readonly sizeBytes: number;
}

/** The place that a message was fetched from, what was known of it there, and where it goes. */
export interface FetchedFrom extends SourceMarks {
  readonly profileId: string;
  /** The job that fetched it: its counts are the sum of its entries in the ledger. */
  readonly jobId: string;
  /** The mailbox at the source, as it is signed in to. */
  readonly account: string;
  /** Path of the folder at the source. */
  readonly folder: string;
  /** UIDVALIDITY; empty where there is none (POP3). */
  readonly validity: string;
  /** UID in ten digits, or the unique-id (POP3). */
  readonly key: string;
  /** Tells a message from an earlier one that had the same key, where a source gave it twice. */
  readonly instance?: string;
  readonly target: FetchTarget;
  /** Takes a journal report off, as at an endpoint. */
  readonly journalReports?: true;
}
