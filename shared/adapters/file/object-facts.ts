import type { ObjectFacts, ObjectKey } from '../../ports/object-store.ts';
import { ONLY_VERSION } from '../rules/object-lock.ts';
import type { FileFacts } from './disk-protocol.ts';

/** What the file says of its object. Bytes never change in place: other bytes are another inode, size or time. */
export function factsOf(key: ObjectKey, stats: Omit<FileFacts, 'isFile'>): ObjectFacts {
  return {
    key,
    sizeBytes: Number(stats.size),
    etag: etagOf(stats),
    versionId: ONLY_VERSION,
    modifiedAt: new Date(Number(stats.mtimeNs / 1_000_000n)),
  };
}

export function etagOf(stats: Omit<FileFacts, 'isFile'>): string {
  return `${stats.mtimeNs.toString(36)}-${stats.size.toString(36)}-${stats.ino.toString(36)}`;
}
