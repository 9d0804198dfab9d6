import type { ObjectStore } from '../../ports/object-store.ts';

/** A store that reads objects in a way of its own, and leaves all else to `store`. */
export function withOwnGet(store: ObjectStore, get: ObjectStore['get']): ObjectStore {
  return {
    get,
    put: (...call) => store.put(...call),
    head: (...call) => store.head(...call),
    list: (...call) => store.list(...call),
    listVersions: (...call) => store.listVersions(...call),
    delete: (...call) => store.delete(...call),
    deleteVersion: (...call) => store.deleteVersion(...call),
    retain: (...call) => store.retain(...call),
    setLegalHold: (...call) => store.setLegalHold(...call),
    temporaryUrl: (...call) => store.temporaryUrl(...call),
  };
}
