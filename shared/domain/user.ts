import type { AuditorMandate } from './auditor.ts';
import type { GlobalPrivilege } from './privilege.ts';

/** How a user proves who they are. So far only `integrated`, a password kept here; the others are reserved. */
export const AUTHENTICATIONS = ['integrated', 'directory', 'oidc'] as const;
type Authentication = (typeof AUTHENTICATIONS)[number];

/** A second factor that its owner has confirmed. */
export interface OtpFactor {
  /** Sealed: what the tables and their log show gives no code. */
  readonly sealedSecret: string;
  readonly confirmedAt: string;
  /** SHA-256 of the recovery codes that were not used yet. */
  readonly recoveryHashes: readonly string[];
}

/** Somebody who may sign in. Times are ISO 8601, UTC. */
export interface User {
  readonly kind: 'user';
  /** Never given to anybody else, unlike the name; all that a user has hangs on it. */
  readonly userId: string;
  /** As spelt at creation or renaming, NFC. */
  readonly userName: string;
  readonly fullName?: string;
  /** The first is the primary one. */
  readonly emailAddresses: readonly string[];
  readonly privileges: readonly GlobalPrivilege[];
  readonly authentication: Authentication;
  /** Name of the user's entry in a directory (RFC 4514). */
  readonly distinguishedName?: string;
  /** PHC string with its parameters; absent while the user has none and cannot sign in. */
  readonly passwordHash?: string;
  /** The password was made up at the first start and printed: it counts only from the machine itself. */
  readonly hasInitialPassword?: true;
  readonly otp?: OtpFactor;
  /** Sealed secret of a second factor that was enrolled and not confirmed yet. */
  readonly pendingOtp?: string;
  readonly disabled: boolean;
  /** The user's own mailbox, where one was made. */
  readonly mailboxId?: string;
  readonly createdAt: string;
  /** Present for an auditor. */
  readonly auditor?: AuditorMandate;
  /** Sessions that began before are void. */
  readonly sessionsValidFrom?: string;
  /** The one session that a change of password leaves alone: that in which it was changed. */
  readonly keptSessionId?: string;
}
