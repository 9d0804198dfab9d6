import type { ObjectStore } from '../../../shared/ports/object-store.ts';

export interface Distance {
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
}

/** The same store behind a wire: each answer takes the latency, and all of them share the bandwidth. */
export function slowStore(store: ObjectStore, { latencyMs, bytesPerSecond }: Distance) {
  let freeAt = 0;
  const fetched = { requests: 0, bytes: 0 };
  const slow: ObjectStore = {
    ...boundStore(store),
    async get(key, range) {
      const object = await store.get(key, range);
      const bytes = object?.body.length ?? 0;
      fetched.requests += 1;
      fetched.bytes += bytes;
      const now = performance.now();
      freeAt = Math.max(freeAt, now) + (bytes / bytesPerSecond) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, freeAt - now + latencyMs));
      return object;
    },
  };
  return { store: slow, fetched };
}

/** Its methods as functions, to be replaced one by one. */
export function boundStore(store: ObjectStore): ObjectStore {
  return {
    put: (...call) => store.put(...call),
    get: (...call) => store.get(...call),
    delete: (...call) => store.delete(...call),
    head: (...call) => store.head(...call),
    list: (...call) => store.list(...call),
    listVersions: (...call) => store.listVersions(...call),
    deleteVersion: (...call) => store.deleteVersion(...call),
    retain: (...call) => store.retain(...call),
    setLegalHold: (...call) => store.setLegalHold(...call),
    temporaryUrl: (...call) => store.temporaryUrl(...call),
  };
}
