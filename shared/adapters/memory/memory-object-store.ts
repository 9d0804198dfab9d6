import { hash } from 'node:crypto';
import { NotFoundError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectFacts, ObjectKey, ObjectLock, ObjectStore } from '../../ports/object-store.ts';
import { checkListPrefix, checkObjectKey, cutRange } from '../rules/object-key.ts';
import { checkPutOptions, checkUnlocked, ONLY_VERSION, prolonged, withLegalHold } from '../rules/object-lock.ts';

interface MemoryObject {
  readonly facts: ObjectFacts;
  readonly body: Uint8Array;
  readonly lock: ObjectLock | undefined;
}

/** What a store held at one instant; stays as it is whatever happens to the store. */
type ObjectsSnapshot = ReadonlyMap<ObjectKey, MemoryObject>;

/**
 * Every operation takes effect within its call (that of `put` with a streamed body when the stream ends),
 * so that a test decides the interleaving.
 */
export interface MemoryObjectStore extends ObjectStore {
  /** Cheap: shares the objects, which never change. */
  snapshot(): ObjectsSnapshot;
  restore(snapshot: ObjectsSnapshot): void;
}

/** An `ObjectStore` for tests; keeps one version of each object. */
export function createMemoryObjectStore(options: { readonly clock?: Clock } = {}): MemoryObjectStore {
  const { clock = { now: () => new Date() } } = options;
  let objects = new Map<ObjectKey, MemoryObject>();
  let puts = 0;

  function existing(key: ObjectKey, versionId: string): MemoryObject {
    checkObjectKey(key);
    const object = versionId === ONLY_VERSION ? objects.get(key) : undefined;
    if (object === undefined) throw new NotFoundError(`version ${versionId} of object ${key}`);
    return object;
  }

  async function* list(prefix: string, after: ObjectKey): AsyncGenerator<ObjectFacts> {
    checkListPrefix(prefix);
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    for (const key of keys.sort()) {
      const object = objects.get(key);
      if (object !== undefined) yield object.facts;
    }
  }

  async function remove(key: ObjectKey): Promise<void> {
    checkUnlocked(key, objects.get(checkObjectKey(key))?.lock, clock.now());
    objects.delete(key);
  }

  return {
    async put(key, body, putOptions = {}) {
      checkObjectKey(key);
      checkPutOptions(putOptions);
      const bytes = body instanceof Uint8Array ? new Uint8Array(body) : await bytesOf(body);
      const current = objects.get(key);
      if (putOptions.ifAbsent && current) return { outcome: 'exists' };
      if (putOptions.ifMatch !== undefined && current?.facts.etag !== putOptions.ifMatch) return { outcome: 'changed' };
      checkUnlocked(key, current?.lock, clock.now());
      const etag = `${hash('sha256', bytes).slice(0, 16)}-${++puts}`;
      const facts = { key, sizeBytes: bytes.length, etag, versionId: ONLY_VERSION, modifiedAt: clock.now() };
      objects.set(key, { facts, body: bytes, lock: putOptions.lock });
      return { outcome: 'stored', versionId: ONLY_VERSION, etag };
    },
    async get(key, range) {
      const object = objects.get(checkObjectKey(key));
      if (object === undefined) return undefined;
      const { start, end } = cutRange(range, object.body.length);
      return { ...object.facts, body: object.body.slice(start, end) };
    },
    async head(key) {
      const object = objects.get(checkObjectKey(key));
      return object && { ...object.facts, ...object.lock };
    },
    list: (prefix, listOptions = {}) => list(prefix, listOptions.after ?? ''),
    listVersions: (prefix) => list(prefix, ''),
    delete: remove,
    async deleteVersion(key, versionId) {
      checkObjectKey(key);
      if (versionId === ONLY_VERSION) await remove(key);
    },
    async retain(key, versionId, until) {
      const object = existing(key, versionId);
      objects.set(key, { ...object, lock: prolonged(key, object.lock, until) });
    },
    async setLegalHold(key, versionId, on) {
      const object = existing(key, versionId);
      objects.set(key, { ...object, lock: withLegalHold(object.lock, on) });
    },
    async temporaryUrl(key, { seconds, contentType, fileName, now }) {
      const expires = String(Math.floor(now.getTime() / 1000) + seconds);
      return `/memory/${checkObjectKey(key)}?${new URLSearchParams({ expires, type: contentType, name: fileName })}`;
    },
    snapshot: () => new Map(objects),
    restore(snapshot) {
      objects = new Map(snapshot);
    },
  };
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
