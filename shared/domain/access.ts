import type { MailboxPrivilege } from './privilege.ts';

/** What a user or group may do with one mailbox, as it is kept. Times are ISO 8601, UTC. */
export interface AccessGrant {
  /** Id of the user or group. */
  readonly principalId: string;
  readonly mailboxId: string;
  readonly privileges: readonly MailboxPrivilege[];
  readonly grantedAt: string;
  /** User name of whoever gave it; `system` for what comes with a user's own mailbox. */
  readonly grantedBy: string;
}
