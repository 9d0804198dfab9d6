import type { GlobalPrivilege } from './privilege.ts';

/** How a user proves who they are; a directory and OpenID Connect come later. */
type Authentication = 'integrated';

/** Somebody who may sign in. Times are ISO 8601, UTC. */
export interface User {
  readonly kind: 'user';
  /** Never given to anybody else, unlike the name. */
  readonly userId: string;
  /** As spelt at creation, NFC. */
  readonly userName: string;
  readonly fullName?: string;
  /** The first is the primary one. */
  readonly emailAddresses: readonly string[];
  readonly privileges: readonly GlobalPrivilege[];
  readonly authentication: Authentication;
  /** PHC string with its parameters; absent while the user has none and cannot sign in. */
  readonly passwordHash?: string;
  readonly disabled: boolean;
  /** The user's own mailbox, where one was made. */
  readonly mailboxId?: string;
  readonly createdAt: string;
  /** Sessions that began before are void. */
  readonly sessionsValidFrom?: string;
  /** The one session that a change of password leaves alone: that in which it was changed. */
  readonly keptSessionId?: string;
}
