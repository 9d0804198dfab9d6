import type { MailboxPrivilege } from './privilege.ts';

/** What a user or group may do with one mailbox. Times are ISO 8601, UTC. */
export interface AccessGrant {
  /** The name as its owner spells it. */
  readonly principal: string;
  readonly mailboxId: string;
  readonly privileges: readonly MailboxPrivilege[];
  readonly grantedAt: string;
  /** User name of whoever gave it; `system` for what comes with a user's own mailbox. */
  readonly grantedBy: string;
}
