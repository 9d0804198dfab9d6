import type { ArrivalRules } from '../../domain/arrival-reading.ts';
import type { JournalEndpoint } from '../../domain/journal-endpoint.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StorageLocks } from '../locks/storage-locks.ts';
import type { PolicyBook } from '../retention/policy-book.ts';

/** What filing asks of the configuration; answers may be a few seconds old. */
export interface FilingDirectory {
  /** Domain of the journal endpoints' addresses, lower case. */
  readonly journalDomain: string;
  /**
   * Ids of the mailboxes that own a normalised address at `at`: as written, else without its sub-address. With `orNext`,
   * where nobody did yet, of the first that owned it later.
   */
  owners(address: string, at: Date, options?: { readonly orNext?: boolean }): Promise<readonly string[]>;
  /** Also one that was deleted: its mailbox is still there, and what was quarantined may be filed after all. */
  endpoint(endpointId: string): Promise<JournalEndpoint | undefined>;
  /** The endpoint of a local part at the journal domain; `former` where only its grace period is left. */
  endpointAt(localPart: string): Promise<{ readonly endpointId: string; readonly former: boolean } | undefined>;
  mailbox(mailboxId: string): Promise<Mailbox | undefined>;
  /** Whether a domain, as it is compared, is one of the organisation's own. */
  isOwnDomain(domain: string): Promise<boolean>;
  /** The id of a mailbox made for an address of an own domain; `undefined` for any other domain. Safe to repeat. */
  createFor(address: string): Promise<string | undefined>;
}

export type FilingPorts = Pick<
  Ports,
  'intake' | 'archive' | 'tables' | 'log' | 'queue' | 'dns' | 'clock' | 'entropy' | 'events' | 'logs' | 'reader'
>;

/** What filing works with. */
export interface FilingContext extends ArrivalRules {
  readonly ports: FilingPorts;
  readonly directory: FilingDirectory;
  /** Left out where the storage locks nothing for policies. */
  readonly locks?: StorageLocks;
  /** By which fetched mail that is past its maximum is left out; without it, it is filed. */
  readonly policies?: PolicyBook;
}
