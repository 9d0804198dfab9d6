/** Slash-separated path of letters, digits and `-_.+=`; no segment is empty or starts with a dot. At most 900 bytes. */
export type ObjectKey = string;

/**
 * Bytes `start` (inclusive) to `end` (exclusive), counted from 0. An `end` past the object is cut to its size; a
 * `start` at or past it gives no bytes. Negative, fractional or backward ones are an `InvalidRequestError`.
 */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What protects an object version from deletion, as S3 Object Lock does. */
export interface ObjectLock {
  /**
   * Until this instant, which lies in the future when it is set, the version cannot be deleted, nor the instant brought
   * forward.
   */
  readonly retainUntil?: Date;
  /** While on, the version cannot be deleted, whatever `retainUntil` says. */
  readonly legalHold?: boolean;
}

/** `ifAbsent` and `ifMatch` together are an `InvalidRequestError`. */
export interface PutOptions {
  /** Leaves an existing object as it is and answers `exists`. */
  readonly ifAbsent?: boolean;
  /** Replaces the object only while its etag is this; answers `changed` otherwise (also where there is none). */
  readonly ifMatch?: string;
  /** In force from the instant the object exists. */
  readonly lock?: ObjectLock;
}

export type PutResult =
  | { readonly outcome: 'stored'; readonly versionId: string; readonly etag: string }
  | { readonly outcome: 'exists' }
  | { readonly outcome: 'changed' };

/** What a list says of an object. */
export interface ListedObject {
  readonly key: ObjectKey;
  readonly sizeBytes: number;
  /** Changes whenever the bytes change; opaque. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

export interface ObjectFacts extends ListedObject {
  /** `null` (the text) in stores that keep one version only, as S3 says it of unversioned buckets. */
  readonly versionId: string;
}

export interface StoredObject extends ObjectFacts {
  /** The bytes of the range asked for; `sizeBytes` is always that of the whole object. */
  readonly body: Uint8Array;
}

/**
 * One bucket. Every method may throw `StorageError` (retryable: nothing is known about what was
 * written) and `InvalidRequestError` for a key that is not an `ObjectKey`.
 */
export interface ObjectStore {
  /**
   * Stores `body` durably under `key` before it resolves. A body that throws or a process that dies
   * half way leaves nothing under `key`. Safe to repeat; an adapter that repeats a call whose answer was lost may
   * meet its own object, and answers `exists` or `changed`. Without `ifAbsent` and `ifMatch` it replaces: a store
   * of one version throws `ObjectLockedError` where the object is locked, one with versions keeps the locked one beside.
   */
  put(key: ObjectKey, body: Uint8Array | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<PutResult>;
  /** Resolves to `undefined` where there is no such object. Reads what the last resolved `put` wrote. */
  get(key: ObjectKey, range?: ByteRange): Promise<StoredObject | undefined>;
  /** As `get`, without the bytes, with the lock. */
  head(key: ObjectKey): Promise<(ObjectFacts & ObjectLock) | undefined>;
  /**
   * All objects whose key starts with `prefix`, in the order of the keys' bytes, after `after`. Objects put or deleted
   * meanwhile may or may not appear.
   */
  list(prefix: string, options?: { readonly after?: ObjectKey }): AsyncIterable<ListedObject>;
  /** All versions of all objects whose key starts with `prefix`, in no order. */
  listVersions(prefix: string): AsyncIterable<ObjectFacts>;
  /** Removes the object durably before it resolves; one that is absent is no error. A lock is kept to as by `put`. */
  delete(key: ObjectKey): Promise<void>;
  /** Removes one version for good; one that is absent is no error. Throws `ObjectLockedError`. */
  deleteVersion(key: ObjectKey, versionId: string): Promise<void>;
  /**
   * Extends how long a version is kept. Throws `ObjectLockedError` where that would shorten it, `NotFoundError` where
   * there is none.
   */
  retain(key: ObjectKey, versionId: string, until: Date): Promise<void>;
  /** Sets or lifts the legal hold of a version. Throws `NotFoundError` where there is none. */
  setLegalHold(key: ObjectKey, versionId: string, on: boolean): Promise<void>;
  /**
   * An absolute or host-relative URL that answers the object's bytes with `contentType` to whoever has it, for
   * `seconds` from `now`.
   */
  temporaryUrl(
    key: ObjectKey,
    options: { readonly seconds: number; readonly contentType: string; readonly fileName: string; readonly now: Date },
  ): Promise<string>;
}
