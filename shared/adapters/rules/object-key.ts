import { InvalidRequestError } from '../../errors.ts';
import type { ByteRange, ObjectKey } from '../../ports/object-store.ts';

/** Below the 1,024 bytes of S3, so that an adapter may put something before or behind. */
const MAX_KEY_BYTES = 900;

/** As `ObjectKey` says; a segment cannot start with a dot, so `..` and hidden files are out of reach. */
const KEY = /^[\w+=-][\w.+=-]*(?:\/[\w+=-][\w.+=-]*)*$/;
/** The same, cut off anywhere. */
const PREFIX = /^(?:[\w+=-][\w.+=-]*(?:\/[\w+=-][\w.+=-]*)*\/?)?$/;

/** Returns `key`; throws `InvalidRequestError` where it is not an `ObjectKey`. */
export function checkObjectKey(key: string): ObjectKey {
  if (key.length <= MAX_KEY_BYTES && KEY.test(key)) return key;
  throw new InvalidRequestError(`not an object key: ${JSON.stringify(key.slice(0, 100))}`);
}

/** Returns `prefix`; throws `InvalidRequestError` where no object key could start with it. */
export function checkListPrefix(prefix: string): string {
  if (prefix.length <= MAX_KEY_BYTES && PREFIX.test(prefix)) return prefix;
  throw new InvalidRequestError(`not a prefix of object keys: ${JSON.stringify(prefix.slice(0, 100))}`);
}

/**
 * Returns the part of `range` that an object of `sizeBytes` has; empty where it starts past the end.
 * Throws `InvalidRequestError` where it is no range.
 */
export function cutRange(range: ByteRange | undefined, sizeBytes: number): ByteRange {
  if (range === undefined) return { start: 0, end: sizeBytes };
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new InvalidRequestError(`not a range of bytes: ${start} to ${end}`);
  }
  const cutEnd = Math.min(end, sizeBytes);
  return { start: Math.min(start, cutEnd), end: cutEnd };
}
