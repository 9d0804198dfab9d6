import {
  ArchiveError,
  InvalidRequestError,
  LegalHoldError,
  RateLimitedError,
  UnderRetentionError,
} from '../../shared/errors.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import { type ApiResponse, json } from './api-response.ts';

/** Thrown when a path is known but not with this method. */
export class MethodNotAllowedError extends ArchiveError {
  override readonly name = 'MethodNotAllowedError';
  override readonly code = 'method_not_allowed';
  readonly allowed: readonly string[];

  constructor(method: string, allowed: readonly string[]) {
    super(`${method.slice(0, 20)} is not allowed here; ${allowed.join(', ')} is`);
    this.allowed = allowed;
  }
}

/** Thrown when a body is longer than the API takes. */
export class BodyTooLargeError extends ArchiveError {
  override readonly name = 'BodyTooLargeError';
  override readonly code = 'payload_too_large';

  constructor(maxBytes: number) {
    super(`a request body has at most ${maxBytes} bytes`);
  }
}

/** The one place where codes become statuses. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['invalid_request', 400],
  ['query_too_long', 400],
  ['unauthenticated', 401],
  ['otp_required', 401],
  ['otp_enrolment_required', 403],
  ['forbidden', 403],
  ['content_blocked', 403],
  ['not_found', 404],
  ['method_not_allowed', 405],
  ['conflict', 409],
  ['address_in_use', 409],
  ['under_retention', 409],
  ['legal_hold', 409],
  ['object_locked', 409],
  ['payload_too_large', 413],
  ['rate_limited', 429],
  ['source_refused_login', 422],
  ['source_failed', 502],
  ['source_unreachable', 502],
  ['source_throttled', 503],
]);

/** What clients may know of failures that are not theirs; the log has the rest. */
const INTERNAL: ReadonlyMap<string, { readonly status: number; readonly message: string }> = new Map([
  ['storage_failed', { status: 503, message: 'the storage cannot be reached; try again' }],
  ['purging', { status: 503, message: 'the message is being purged; try again' }],
  ['unreadable', { status: 500, message: 'this mail could not be read; its raw bytes can be had' }],
  ['damaged', { status: 500, message: 'what is stored is damaged; the operators have been told' }],
]);
const UNEXPECTED = { status: 500, message: 'something went wrong; the operators find it in the log' };

/** The answer to a failure: never a stack, a key or an SDK's words. Logs what is no fault of the caller. */
export function errorResponse(error: unknown, logs: LogSink, route: string): ApiResponse {
  const code = error instanceof ArchiveError ? error.code : 'internal';
  const status = STATUS.get(code);
  if (error instanceof ArchiveError && status !== undefined) {
    const details = detailsOf(error);
    return json(status, { error: { code, message: error.message, details } }, fieldsFor(error));
  }
  logs.error('request failed', { route, code, error });
  const { status: internalStatus, message } = INTERNAL.get(code) ?? UNEXPECTED;
  const known = INTERNAL.has(code) ? code : 'internal';
  return json(
    internalStatus,
    { error: { code: known, message } },
    internalStatus === 503 ? { 'retry-after': '1' } : {},
  );
}

function detailsOf(error: ArchiveError): unknown {
  if (error instanceof LegalHoldError) {
    return error.holds.length > 0 ? { holds: error.holds.map(({ holdId, name }) => ({ holdId, name })) } : undefined;
  }
  return error instanceof InvalidRequestError || error instanceof UnderRetentionError ? error.details : undefined;
}

function fieldsFor(error: ArchiveError): { readonly [name: string]: string } {
  if (error instanceof RateLimitedError) return { 'retry-after': String(error.retryAfterSeconds) };
  if (error instanceof MethodNotAllowedError) return { allow: error.allowed.join(', ') };
  return error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="letterlock"' } : {};
}
