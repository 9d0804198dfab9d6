import type { SettledScope } from '../message-scope.ts';

/**
 * That what its scope covers must not go at all, now and while it is active, whatever retention says. Times are ISO
 * 8601, UTC.
 */
export interface LegalHold extends SettledScope {
  /** Begins with its time. */
  readonly holdId: string;
  readonly name: string;
  /** The case that it serves, as its owners call it. */
  readonly matter: string;
  readonly reason: string;
  readonly state: 'active' | 'released';
  /** User name. */
  readonly createdBy: string;
  readonly releasedAt?: string;
  /** User name. */
  readonly releasedBy?: string;
  /** User name of the second administrator, where there was one. */
  readonly releaseApprovedBy?: string;
  readonly releaseReason?: string;
  /** When somebody is reminded to look whether it is still needed. */
  readonly reviewAt?: string;
}
