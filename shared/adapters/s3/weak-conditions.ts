import type { ObjectStore } from '../../ports/object-store.ts';
import { KeyMutex } from '../file/key-mutex.ts';
import { checkPutOptions } from '../rules/object-lock.ts';

/**
 * The same store for a server that ignores `If-None-Match` and `If-Match`: each conditional put looks first. Right
 * only while this process is the only one that writes to the bucket.
 */
export function withWeakConditions(store: ObjectStore): ObjectStore {
  const mutex = new KeyMutex();
  return {
    async put(key, body, options = {}) {
      checkPutOptions(options);
      const { ifAbsent, ifMatch, ...rest } = options;
      return await mutex.run(key, async () => {
        if (ifAbsent || ifMatch !== undefined) {
          const there = await store.head(key);
          if (ifAbsent && there !== undefined) return { outcome: 'exists' };
          if (ifMatch !== undefined && there?.etag !== ifMatch) return { outcome: 'changed' };
        }
        return await store.put(key, body, rest);
      });
    },
    delete: (key) => mutex.run(key, () => store.delete(key)),
    deleteVersion: (key, versionId) => mutex.run(key, () => store.deleteVersion(key, versionId)),
    get: (key, range) => store.get(key, range),
    head: (key) => store.head(key),
    list: (prefix, options) => store.list(prefix, options),
    listVersions: (prefix) => store.listVersions(prefix),
    retain: (key, versionId, until) => store.retain(key, versionId, until),
    setLegalHold: (key, versionId, on) => store.setLegalHold(key, versionId, on),
    temporaryUrl: (key, options) => store.temporaryUrl(key, options),
  };
}
