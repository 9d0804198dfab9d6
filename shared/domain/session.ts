import type { AuditorMandate } from './auditor.ts';
import type { GlobalPrivilege } from './privilege.ts';

/** A sign-in that a token stands for. Times are ISO 8601, UTC. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly userName: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Where it began. */
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** Whoever makes a request. */
export interface Caller {
  /** Never given to anybody else, unlike the name. */
  readonly userId: string;
  readonly userName: string;
  readonly privileges: readonly GlobalPrivilege[];
  /** Of the session or the API key that the request came with. */
  readonly sessionId: string;
  /** Present where the request came with an API key. */
  readonly apiKeyId?: string;
  /** Present for an API key that reaches these mailboxes only. */
  readonly mailboxIds?: readonly string[];
  /** The caller may do nothing but enrol the second factor that the rules ask for. */
  readonly mustEnrolOtp?: true;
  /** Present for an auditor: what they may read. */
  readonly auditor?: AuditorMandate;
}
