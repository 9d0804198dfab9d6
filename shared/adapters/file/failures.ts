import { InvalidRequestError, StorageError } from '../../errors.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import { checkObjectKey } from '../rules/object-key.ts';
import { BodyFailure } from './gathered.ts';
import { hasCode } from './syscalls.ts';

/** File systems stop at 255; a lock's file name is longer than its object's. */
const MAX_SEGMENT_BYTES = 240;

/** Throws `InvalidRequestError` where `key` is no `ObjectKey` or has a segment too long for a file name. */
export function checkFileKey(key: string): ObjectKey {
  checkObjectKey(key);
  if (key.length > MAX_SEGMENT_BYTES && key.split('/').some((segment) => segment.length > MAX_SEGMENT_BYTES)) {
    throw new InvalidRequestError(`a segment of an object key on files has at most ${MAX_SEGMENT_BYTES} bytes`);
  }
  return key;
}

/** Settles as `run` does, with failed system calls as `StorageError` and what a body threw as it was. */
export async function translated<Result>(operation: string, key: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BodyFailure) throw error.cause;
    if (hasCode(error)) throw new StorageError(`${operation} ${key}`, { cause: error });
    throw error;
  }
}

/** What a put throws whose key, or a directory of it, is taken by the other kind. */
export function mixed(key: ObjectKey): InvalidRequestError {
  return new InvalidRequestError(`object key ${key} and another one are each other's directory`);
}
