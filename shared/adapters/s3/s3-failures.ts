import { ArchiveError, StorageError } from '../../errors.ts';
import type { PutOptions, PutResult } from '../../ports/object-store.ts';
import { isAwsFailure, isRefusal, statusOf } from '../aws/failures.ts';
import { BodyFailure } from '../file/gathered.ts';

/** Settles as `call` does, with refusals and broken connections as `StorageError` and what a body threw as it was. */
export async function translatedS3<Result>(operation: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof BodyFailure) throw error.cause;
    if (!isAwsFailure(error)) throw error;
    throw new StorageError(`${operation}: ${error.name}: ${error.message}${explained(error)}`, { cause: error });
  }
}

/** As `translatedS3`, for a call that only reads: whatever breaks on the way of the bytes is a failure of the store. */
export async function translatedRead<Result>(operation: string, call: () => Promise<Result>): Promise<Result> {
  return await translatedS3(operation, async () => {
    try {
      return await call();
    } catch (error) {
      if (isAwsFailure(error) || error instanceof ArchiveError) throw error;
      throw new StorageError(operation, { cause: error });
    }
  });
}

/** Whether the refusal says that there is no such object or version. */
export function isAbsent(error: unknown): boolean {
  return isRefusal(error, 'NoSuchKey', 'NotFound', 'NoSuchVersion') || isNoVersionId(error);
}

/** Whether the refusal may come of a lock: S3 says no more than that access is denied. */
export function isDenied(error: unknown): boolean {
  return isAwsFailure(error) && statusOf(error) === 403;
}

/** Whether another write of the same key was under way; the same call may succeed a moment later. */
export function isRace(error: unknown): boolean {
  return isRefusal(error, 'ConditionalRequestConflict');
}

/** The result of a put whose condition was not met, or `undefined` for any other failure. */
export function unmetCondition(error: unknown, options: PutOptions): PutResult | undefined {
  if (isAwsFailure(error) && statusOf(error) === 412) return { outcome: options.ifAbsent ? 'exists' : 'changed' };
  if (options.ifMatch !== undefined && isRefusal(error, 'NoSuchKey')) return { outcome: 'changed' };
  return undefined;
}

/** A text that S3 could not have given as a version id. */
function isNoVersionId(error: unknown): boolean {
  return isRefusal(error, 'InvalidArgument') && error instanceof Error && /version/i.test(error.message);
}

function explained(error: unknown): string {
  return isDenied(error) ? ' (S3 also answers so for an absent key where the caller may not list the bucket)' : '';
}
