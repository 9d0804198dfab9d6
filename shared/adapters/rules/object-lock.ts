import { InvalidRequestError, ObjectLockedError } from '../../errors.ts';
import type { ObjectKey, ObjectLock, PutOptions } from '../../ports/object-store.ts';

/** The version id of every object in stores that keep one version only. */
export const ONLY_VERSION = 'null';

/** Throws `ObjectLockedError` where the lock protects its object at `now`. */
export function checkUnlocked(key: ObjectKey, lock: ObjectLock | undefined, now: Date): void {
  if (lock?.legalHold) throw new ObjectLockedError(key, 'it is under legal hold');
  if (lock?.retainUntil !== undefined && lock.retainUntil > now) {
    throw new ObjectLockedError(key, `it is retained until ${lock.retainUntil.toISOString()}`);
  }
}

/** Returns the lock that keeps until `until`; throws `ObjectLockedError` where that would be shorter. */
export function prolonged(key: ObjectKey, lock: ObjectLock | undefined, until: Date): ObjectLock {
  if (lock?.retainUntil !== undefined && until < lock.retainUntil) {
    throw new ObjectLockedError(
      key,
      `it is retained until ${lock.retainUntil.toISOString()}, which cannot be shortened`,
    );
  }
  return { ...lock, retainUntil: until };
}

/** Returns the lock with the legal hold set or lifted. */
export function withLegalHold(lock: ObjectLock | undefined, on: boolean): ObjectLock {
  return { ...lock, legalHold: on };
}

/** Throws `InvalidRequestError` for conditions that contradict each other. */
export function checkPutOptions(options: PutOptions | undefined): void {
  if (options?.ifAbsent && options.ifMatch !== undefined) {
    throw new InvalidRequestError('ifAbsent and ifMatch exclude each other');
  }
}
