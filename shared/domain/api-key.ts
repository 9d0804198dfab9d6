import type { GlobalPrivilege } from './privilege.ts';

/** A key that a program uses instead of a sign-in. Times are ISO 8601, UTC. */
export interface ApiKey {
  readonly apiKeyId: string;
  /** Whose it is; the key never allows more than its owner may. */
  readonly userId: string;
  readonly name: string;
  readonly privileges: readonly GlobalPrivilege[];
  /** Where present, the key reaches these mailboxes only. */
  readonly mailboxIds?: readonly string[];
  /** How the key begins: enough to recognise it, not to use it. */
  readonly prefix: string;
  /** SHA-256 of the whole key, lowercase hex. */
  readonly hash: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Privileges that are asked for one mailbox at a time, or for none: the ones a key limited to mailboxes can have. */
export const MAILBOX_KEY_PRIVILEGES: readonly GlobalPrivilege[] = ['login', 'export', 'delete'];
