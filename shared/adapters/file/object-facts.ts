import type { BigIntStats } from 'node:fs';
import type { ObjectFacts, ObjectKey } from '../../ports/object-store.ts';
import { ONLY_VERSION } from '../rules/object-lock.ts';

/** What the file says of its object. Bytes never change in place: other bytes are another inode, size or time. */
export function factsOf(key: ObjectKey, stats: BigIntStats): ObjectFacts {
  return {
    key,
    sizeBytes: Number(stats.size),
    etag: etagOf(stats),
    versionId: ONLY_VERSION,
    modifiedAt: new Date(Number(stats.mtimeMs)),
  };
}

export function etagOf(stats: BigIntStats): string {
  return `${stats.mtimeNs.toString(36)}-${stats.size.toString(36)}-${stats.ino.toString(36)}`;
}
