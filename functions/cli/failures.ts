import { ArchiveError } from '../../shared/errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** A failure that the user is told in one line. */
export abstract class CliError extends ArchiveError {
  abstract readonly exitCode: ExitCode;
}

/** Thrown when the command line cannot be understood. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
  override readonly code = 'usage';
  override readonly exitCode = EXIT.usage;
}

/** Thrown when there is no token for the server, or the server does not take it (any more). */
export class NotSignedInError extends CliError {
  override readonly name = 'NotSignedInError';
  override readonly code = 'unauthenticated';
  override readonly exitCode = EXIT.notSignedIn;
}

/** Thrown when the server gives no answer, or breaks off in the middle of one. */
export class UnreachableError extends CliError {
  override readonly name = 'UnreachableError';
  override readonly code = 'unreachable';
  override readonly retryable = true;
  override readonly exitCode = EXIT.unreachable;
}

/** Thrown when something on this machine (a file, the terminal) stops the command, or what was asked for is not there. */
export class CommandFailedError extends CliError {
  override readonly name = 'CommandFailedError';
  override readonly code: string;
  override readonly exitCode: ExitCode;

  constructor(message: string, code = 'failed', exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** Thrown when the server refuses; `code` is the server's, or `http_<status>` where it gave none. */
export class RefusedError extends CliError {
  override readonly name = 'RefusedError';
  override readonly code: string;
  override readonly exitCode: ExitCode;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.exitCode = EXIT_OF_STATUS[status] ?? EXIT.failed;
  }
}

const EXIT_OF_STATUS: Readonly<Record<number, ExitCode>> = {
  401: EXIT.notSignedIn,
  403: EXIT.forbidden,
  404: EXIT.notFound,
};
