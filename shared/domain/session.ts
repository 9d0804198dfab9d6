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
  readonly userName: string;
  readonly privileges: readonly GlobalPrivilege[];
  readonly sessionId: string;
}
