import { ObjectLockedError, StorageError } from '../../shared/errors.ts';
import type { Entropy } from '../../shared/ports/entropy.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

/** Below it lie the objects of a probe, for as long as it takes. */
const PROBE_PREFIX = 'probe/';

export interface Buckets {
  readonly intake: ObjectStore;
  readonly archive: ObjectStore;
  readonly derived: ObjectStore;
}

/**
 * Tries out what the archive relies on, with objects of its own that it removes again. Answers what is missing, in
 * words for an operator; empty where nothing is. Throws `StorageError` where a store cannot be used at all.
 */
export async function probeObjects(buckets: Buckets, entropy: Entropy): Promise<readonly string[]> {
  const key = PROBE_PREFIX + Buffer.from(entropy.bytes(16)).toString('hex');
  const missing: string[] = [];
  const check = async (
    what: string,
    store: ObjectStore,
    works: (store: ObjectStore, key: string) => Promise<boolean>,
  ) => {
    try {
      if (!(await works(store, key))) missing.push(what);
    } catch (error) {
      if (!isUnknownToServer(error)) throw error;
      missing.push(what);
    } finally {
      await removeAll(store, key);
    }
  };
  await check('If-None-Match in the intake bucket', buckets.intake, keepsWhatExists);
  await check('If-None-Match in the archive bucket', buckets.archive, keepsWhatExists);
  await check('versions in the archive bucket', buckets.archive, hasVersions);
  await check('Object Lock in the archive bucket', buckets.archive, holds);
  await check('If-Match in the derived bucket', buckets.derived, replacesOnlyWhatMatches);
  return missing;
}

async function keepsWhatExists(store: ObjectStore, key: string): Promise<boolean> {
  await store.put(key, bytes('first'), { ifAbsent: true });
  return (await store.put(key, bytes('second'), { ifAbsent: true })).outcome === 'exists';
}

async function replacesOnlyWhatMatches(store: ObjectStore, key: string): Promise<boolean> {
  const first = await store.put(key, bytes('first'));
  const ifMatch = first.outcome === 'stored' ? first.etag : '';
  const second = await store.put(key, bytes('second'), { ifMatch });
  const third = await store.put(key, bytes('third'), { ifMatch });
  return second.outcome === 'stored' && third.outcome === 'changed';
}

async function hasVersions(store: ObjectStore, key: string): Promise<boolean> {
  const put = await store.put(key, bytes('first'), { ifAbsent: true });
  return put.outcome === 'stored' && put.versionId !== 'null';
}

/** Whether a legal hold keeps a version; retention comes with it, but could not be taken back. */
async function holds(store: ObjectStore, key: string): Promise<boolean> {
  if (!(await hasVersions(store, key))) return false;
  const versionId = (await store.head(key))?.versionId ?? '';
  try {
    await store.setLegalHold(key, versionId, true);
    await store.deleteVersion(key, versionId);
    return false;
  } catch (error) {
    return error instanceof ObjectLockedError;
  }
}

/** Some servers refuse a condition that they do not know instead of passing over it. */
function isUnknownToServer(error: unknown): boolean {
  return error instanceof StorageError && error.cause instanceof Error && error.cause.name === 'NotImplemented';
}

async function removeAll(store: ObjectStore, key: string): Promise<void> {
  for await (const { versionId } of store.listVersions(key)) {
    // Where there is no Object Lock there is no hold either.
    await store.setLegalHold(key, versionId, false).catch(() => undefined);
    await store.deleteVersion(key, versionId);
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
