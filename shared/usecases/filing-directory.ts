import type { JournalEndpoint } from '../domain/journal-endpoint.ts';
import type { Mailbox } from '../domain/mailbox.ts';

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
