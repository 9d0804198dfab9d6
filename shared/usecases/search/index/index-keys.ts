import type { ObjectKey } from '../../../ports/object-store.ts';
import type { IndexUnit } from './index-unit.ts';

/** Keys of the index in the bucket of what can be made again. */

/** What the keys of all manifests begin with. */
export const MANIFESTS: ObjectKey = 'segments/manifests/';

/** What the keys of all manifests of a mailbox begin with. */
export function manifestPrefix(mailboxId: string): ObjectKey {
  return `${MANIFESTS}${mailboxId}/`;
}

export function manifestKey({ mailboxId, part }: IndexUnit): ObjectKey {
  return `${manifestPrefix(mailboxId)}${part}.json`;
}

/** The part whose manifest has this key. */
export function partOfManifest(key: ObjectKey): string {
  return key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
}

/** What the keys of all files of a unit begin with; nothing that begins so is ever written twice. */
export function filePrefix({ mailboxId, part }: IndexUnit): ObjectKey {
  return `${FILES}${mailboxId}/${part}/`;
}

/** What the keys of the files of all units begin with. */
export const FILES: ObjectKey = 'segments/data/';

export function indexFileKey(unit: IndexUnit, segmentId: string): ObjectKey {
  return `${filePrefix(unit)}${segmentId}.idx`;
}

export function textFileKey(unit: IndexUnit, segmentId: string): ObjectKey {
  return `${filePrefix(unit)}${segmentId}.txt`;
}

/** `name` is that of the changes in the manifest. */
export function changesFileKey(unit: IndexUnit, name: string): ObjectKey {
  return `${filePrefix(unit)}${name}.chg`;
}
