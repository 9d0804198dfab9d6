import { ArchiveError, StorageError } from '../../errors.ts';

/** Failures of the SDK before there is an answer of the service. */
const SDK_FAILURES: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError', 'TimeoutError']);

/** Settles as `call` does, with what the service or the way to it failed with as `StorageError`. */
export async function translated<Result>(operation: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    throw new StorageError(`${operation}: ${error.name}: ${error.message}`, { cause: error });
  }
}

/** Whether a service refused a call or could not be reached; anything else is a bug. */
export function isAwsFailure(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof ArchiveError) return false;
  // The SDK puts `$metadata` on what it repeats and gives up; a broken socket has the `code` of its system call.
  return '$metadata' in error || 'syscall' in error || isConnectionCode(error) || SDK_FAILURES.has(error.name);
}

/** Whether a service refused a call with one of these error codes. */
export function isRefusal(error: unknown, ...names: readonly string[]): boolean {
  return isAwsFailure(error) && names.includes(error.name);
}

/** The HTTP status that a service refused a call with. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

function isConnectionCode(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code);
}
