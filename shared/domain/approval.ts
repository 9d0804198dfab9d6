/** Steps that people concerned are told of, and that take a second administrator while `fourEyes` is on. */
export const SENSITIVE_ACTIONS = [
  'grantAccess',
  'createAuditor',
  'showPrivateMail',
  'resetPassword',
  'resetSecondFactor',
  'mapAddress',
  'makeAdministrator',
  'loosenCompliance',
  'shortenRetention',
  'releaseHold',
  'allowDeletion',
  'deleteMail',
  'exportMail',
] as const;
export type SensitiveAction = (typeof SENSITIVE_ACTIONS)[number];

/** Where an approval can be; one that nobody decided in time is `expired`, without being written anew. */
export const APPROVAL_STATES = ['pending', 'executing', 'executed', 'rejected', 'failed', 'expired'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** The request that is made once it is approved. */
export interface ApprovalRequest {
  readonly method: string;
  /** As the route names it: `/mailboxes/{mailboxId}/access/{principal}`. */
  readonly path: string;
  readonly params: { readonly [name: string]: string };
  /** As it was sent, but for secrets. */
  readonly body: unknown;
}

interface Person {
  readonly userId: string;
  readonly userName: string;
}

/** A step that waits for, or had, a second administrator. Times are ISO 8601, UTC. */
export interface Approval {
  readonly approvalId: string;
  readonly action: SensitiveAction;
  readonly request: ApprovalRequest;
  /** What the request was about, by ids that are never given twice: must be the same at execution. */
  readonly pins: { readonly [name: string]: string };
  readonly requestedBy: Person;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly state: Exclude<ApprovalState, 'expired'>;
  /** Its request has secrets, which lie sealed beside it. */
  readonly isSealed?: true;
  readonly decidedBy?: Person;
  readonly decidedAt?: string;
  /** While `executing`: until when nobody else may take it up. */
  readonly claimedUntil?: string;
  /** Code of the error that it failed with. */
  readonly failure?: string;
}

/** The state as it is at `now`. */
export function stateAt({ state, expiresAt }: Pick<Approval, 'state' | 'expiresAt'>, now: Date): ApprovalState {
  return state === 'pending' && expiresAt <= now.toISOString() ? 'expired' : state;
}
