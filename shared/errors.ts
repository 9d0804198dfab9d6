/** Base of every failure thrown on purpose; any other error that reaches a handler is a bug. */
export abstract class ArchiveError extends Error {
  /** Stable identifier for logs, alarms and API clients; never reworded. */
  abstract readonly code: string;
  /** Whether the same call may succeed later with nothing changed. */
  readonly retryable: boolean = false;
}

/** Thrown when an object is locked by retention or a legal hold and would be deleted or its lock shortened. */
export class ObjectLockedError extends ArchiveError {
  override readonly name = 'ObjectLockedError';
  override readonly code = 'object_locked';

  constructor(key: string, reason: string) {
    super(`object ${key} is locked: ${reason}`);
  }
}

/** What is to go: a message or a filing of it, or input that could not be filed. */
type Kept = 'message' | 'quarantined input';

/** Thrown when a message, or its filing, is to go and a legal hold covers it. */
export class LegalHoldError extends ArchiveError {
  override readonly name = 'LegalHoldError';
  override readonly code = 'legal_hold';
  /** Whoever sees it decides what of it a caller may know. */
  readonly holds: readonly { readonly holdId: string; readonly name: string }[];

  constructor(
    id: string,
    holds: readonly { readonly holdId: string; readonly name: string }[] = [],
    kept: Kept = 'message',
  ) {
    super(`${kept} ${id} is under a legal hold; it stays until that is released`);
    this.holds = holds;
  }
}

/** Thrown when a message, or its filing, is to go and has to be kept for some time yet. */
export class UnderRetentionError extends ArchiveError {
  override readonly name = 'UnderRetentionError';
  override readonly code = 'under_retention';
  /** `policies` are those whose minimum it is; none where the storage has locked it. */
  readonly details: {
    readonly until: string;
    readonly policies: readonly { readonly policyId: string; readonly version: number; readonly name: string }[];
  };

  constructor(id: string, details: UnderRetentionError['details'], kept: Kept = 'message') {
    super(`${kept} ${id} has to be kept until ${details.until}`);
    this.details = details;
  }
}

/** Thrown when a store cannot be reached or fails; nothing is known about the write. */
export class StorageError extends ArchiveError {
  override readonly name = 'StorageError';
  override readonly code = 'storage_failed';
  override readonly retryable = true;

  constructor(operation: string, options?: ErrorOptions) {
    super(`storage failed: ${operation}`, options);
  }
}

/** Thrown when stored bytes do not match what was recorded of them, or cannot be read by any known version. */
export class DamagedError extends ArchiveError {
  override readonly name = 'DamagedError';
  override readonly code = 'damaged';

  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`${what} is damaged: ${reason}`, options);
  }
}

/** Thrown when a value that came from outside breaks a rule; `message` is fit for the caller's eyes. */
export class InvalidRequestError extends ArchiveError {
  override readonly name = 'InvalidRequestError';
  override readonly code = 'invalid_request';
  readonly details: unknown;

  constructor(message: string, details?: unknown) {
    super(message);
    this.details = details;
  }
}

/** Thrown when something does not exist, or the caller may not know that it does. */
export class NotFoundError extends ArchiveError {
  override readonly name = 'NotFoundError';
  override readonly code = 'not_found';

  constructor(what: string) {
    super(`${what} not found`);
  }
}

/** Thrown when somebody else changed the same item meanwhile, or it exists already. */
export class ConflictError extends ArchiveError {
  override readonly name = 'ConflictError';
  override readonly code: 'conflict' | 'address_in_use';

  constructor(message: string, code: 'conflict' | 'address_in_use' = 'conflict') {
    super(message);
    this.code = code;
  }
}

/** Thrown when the caller is known but lacks the privilege. */
export class ForbiddenError extends ArchiveError {
  override readonly name = 'ForbiddenError';
  override readonly code: 'forbidden' | 'content_blocked';

  constructor(message: string, code: 'forbidden' | 'content_blocked' = 'forbidden') {
    super(message);
    this.code = code;
  }
}

/** Thrown when the caller is not known: no token, or one that is not valid (any more). */
export class UnauthenticatedError extends ArchiveError {
  override readonly name = 'UnauthenticatedError';
  override readonly code = 'unauthenticated';

  constructor(message = 'sign in with POST /sessions and send the token as Authorization: Bearer') {
    super(message);
  }
}

/** Thrown when the password was right and the one-time code of the second factor is missing. */
export class OtpRequiredError extends ArchiveError {
  override readonly name = 'OtpRequiredError';
  override readonly code = 'otp_required';

  constructor() {
    super('this user has a second factor; send its code, or a recovery code, as otp');
  }
}

/** Thrown when the rules ask the caller for a second factor that is not there yet. */
export class OtpEnrolmentRequiredError extends ArchiveError {
  override readonly name = 'OtpEnrolmentRequiredError';
  override readonly code = 'otp_enrolment_required';

  constructor() {
    super('the rules ask for a second factor; enrol one with POST /me/otp first');
  }
}

/** Thrown when a caller tries too often. */
export class RateLimitedError extends ArchiveError {
  override readonly name = 'RateLimitedError';
  override readonly code = 'rate_limited';
  override readonly retryable = true;
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`too many attempts; try again in ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Thrown while what an arrival belongs to is being purged: whether it goes is decided soon, so the arrival comes again later. */
export class PurgingError extends ArchiveError {
  override readonly name = 'PurgingError';
  override readonly code = 'purging';
  override readonly retryable = true;

  constructor(what: string) {
    super(`${what} is being purged; the arrival is filed once that is decided`);
  }
}

/** Thrown when DNS gives no answer to a question; that there is no such record is an answer. */
export class DnsError extends ArchiveError {
  override readonly name = 'DnsError';
  override readonly code = 'dns_failed';
  /** False where DNS is switched off. */
  override readonly retryable: boolean;
  /** Whether a name server said that it failed, rather than nothing. */
  readonly isAnswered: boolean;

  constructor(
    what: string,
    options: ErrorOptions & { readonly isAnswered?: boolean; readonly retryable?: boolean } = {},
  ) {
    const { isAnswered = false, retryable = true, ...rest } = options;
    super(`DNS gives no answer: ${what}`, rest);
    this.isAnswered = isAnswered;
    this.retryable = retryable;
  }
}

/** Thrown where reading mail died or took too long; its bytes are as safe as before. */
export class UnreadableError extends ArchiveError {
  override readonly name = 'UnreadableError';
  override readonly code = 'unreadable';

  constructor(reason: string) {
    super(`this mail cannot be read: ${reason}`);
  }
}

/** Thrown where the envelope of an arrival is nowhere: whose it is would be a guess. */
export class EnvelopeMissingError extends ArchiveError {
  override readonly name = 'EnvelopeMissingError';
  override readonly code = 'envelope_missing';

  constructor(intakeKey: string) {
    super(`the envelope of ${intakeKey} is neither beside it nor in the message that names it`);
  }
}

/** Thrown where a system that is told of audit events has not taken them, as far as is known. */
export class ReceiverError extends ArchiveError {
  override readonly name = 'ReceiverError';
  override readonly code = 'receiver_failed';
  override readonly retryable = true;

  constructor(receiver: string, options?: ErrorOptions) {
    super(`${receiver} did not take the events`, options);
  }
}

/** Thrown where a part of the index is missing, or fails its checksum; the index is made again from tables and originals. */
export class DamagedSegmentError extends ArchiveError {
  override readonly name = 'DamagedSegmentError';
  override readonly code = 'damaged_segment';
  /** Where it is known. */
  readonly segmentId: string | undefined;

  constructor(what: string, { segmentId, ...options }: ErrorOptions & { readonly segmentId?: string } = {}) {
    super(`the index is damaged: ${what}`, options);
    this.segmentId = segmentId;
  }
}

/** Thrown where a search query is longer than the API takes. */
export class QueryTooLongError extends ArchiveError {
  override readonly name = 'QueryTooLongError';
  override readonly code = 'query_too_long';

  constructor(maxCharacters: number) {
    super(`a query has at most ${maxCharacters} characters`);
  }
}

/** Why a mail source gives no mail. */
type SourceFault = 'source_unreachable' | 'source_refused_login' | 'source_throttled' | 'source_failed';

/** Thrown where a mail source cannot be reached, ends the session, refuses or answers nonsense. */
export class SourceError extends ArchiveError {
  override readonly name = 'SourceError';
  override readonly code: SourceFault;
  override readonly retryable: boolean;
  /** How long the source wants to be left alone, where it says so. */
  readonly waitSeconds: number | undefined;

  constructor(code: SourceFault, message: string, options: ErrorOptions & { readonly waitSeconds?: number } = {}) {
    const { waitSeconds, ...rest } = options;
    super(message, rest);
    this.code = code;
    this.retryable = code === 'source_unreachable' || code === 'source_throttled';
    this.waitSeconds = waitSeconds;
  }
}
