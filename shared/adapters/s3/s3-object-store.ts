import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { NotFoundError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  ByteRange,
  ListedObject,
  ObjectFacts,
  ObjectKey,
  ObjectLock,
  ObjectStore,
  PutOptions,
  PutResult,
  StoredObject,
} from '../../ports/object-store.ts';
import { isRefusal } from '../aws/failures.ts';
import { checkListPrefix, checkObjectKey, cutRange } from '../rules/object-key.ts';
import { checkPutOptions, checkUnlocked, ONLY_VERSION, prolonged } from '../rules/object-lock.ts';
import { putObject, type Target } from './put-object.ts';
import { isAbsent, isDenied, translatedRead, translatedS3 } from './s3-failures.ts';

const DAY_MS = 86_400_000;

export interface S3ObjectStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** How what is retained is protected; `COMPLIANCE` cannot be undone by anyone. Default: `GOVERNANCE`. */
  readonly lockMode?: Target['lockMode'];
  /** Everything put is retained for so long at least, by S3's or this clock. Default: 0, nothing that was not asked for. */
  readonly retainDays?: number;
  /** The system's time if left out. */
  readonly clock?: Clock;
}

/** An `ObjectStore` on one S3 bucket. Locks need a bucket with Object Lock, and so with versions. */
export function createS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  return new S3ObjectStore(options);
}

class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #lockMode: Target['lockMode'];
  readonly #retainDays: number;
  readonly #clock: Clock;

  constructor(options: S3ObjectStoreOptions) {
    const { client, bucket, lockMode = 'GOVERNANCE', retainDays = 0, clock = { now: () => new Date() } } = options;
    this.#client = client;
    this.#bucket = bucket;
    this.#lockMode = lockMode;
    this.#retainDays = retainDays;
    this.#clock = clock;
  }

  async put(
    key: ObjectKey,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<PutResult> {
    checkObjectKey(key);
    checkPutOptions(options);
    const target = { bucket: this.#bucket, key, lockMode: this.#lockMode, options: this.#retained(options) };
    return await translatedS3(`put ${key}`, async () => {
      const put = await putObject(this.#client, target, body);
      // Ceph leaves the etag out when it has joined parts.
      if (put.outcome !== 'stored' || put.etag !== '') return put;
      return { ...put, etag: (await this.#head(key, put.versionId))?.etag ?? '' };
    });
  }

  async get(key: ObjectKey, range?: ByteRange): Promise<StoredObject | undefined> {
    checkObjectKey(key);
    const { start, end } = cutRange(range, Number.MAX_SAFE_INTEGER);
    // A Range header cannot ask for nothing.
    if (start === end) return await this.#nothingOf(key);
    const asked = range === undefined ? {} : { Range: `bytes=${start}-${end - 1}` };
    return await translatedRead(`get ${key}`, async () => {
      try {
        const answer = await this.#client.send(new GetObjectCommand({ ...this.#place(key), ...asked }));
        const body = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        const whole = Number(answer.ContentRange?.split('/')[1] ?? body.length);
        return { ...factsOf(key, answer, whole), body };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        if (isRefusal(error, 'InvalidRange')) return await this.#nothingOf(key);
        throw error;
      }
    });
  }

  async head(key: ObjectKey): Promise<(ObjectFacts & ObjectLock) | undefined> {
    checkObjectKey(key);
    return await translatedS3(`head ${key}`, () => this.#head(key));
  }

  async *list(prefix: string, options: { readonly after?: ObjectKey } = {}): AsyncGenerator<ListedObject> {
    checkListPrefix(prefix);
    let place: { StartAfter?: string; ContinuationToken?: string } = options.after ? { StartAfter: options.after } : {};
    for (;;) {
      const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ...place });
      const page = await translatedS3(`list ${prefix}`, () => this.#client.send(command));
      for (const object of page.Contents ?? []) yield listedOf(object.Key ?? '', object, object.Size);
      if (page.NextContinuationToken === undefined) return;
      place = { ContinuationToken: page.NextContinuationToken };
    }
  }

  async *listVersions(prefix: string): AsyncGenerator<ObjectFacts> {
    checkListPrefix(prefix);
    let place = {};
    for (;;) {
      const command = new ListObjectVersionsCommand({ Bucket: this.#bucket, Prefix: prefix, ...place });
      const page = await translatedS3(`list versions ${prefix}`, () => this.#client.send(command));
      for (const version of page.Versions ?? []) yield factsOf(version.Key ?? '', version, version.Size);
      if (page.NextKeyMarker === undefined) return;
      place = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  async delete(key: ObjectKey): Promise<void> {
    checkObjectKey(key);
    await translatedS3(`delete ${key}`, () => this.#client.send(new DeleteObjectCommand(this.#place(key))));
  }

  async deleteVersion(key: ObjectKey, versionId: string): Promise<void> {
    checkObjectKey(key);
    const command = new DeleteObjectCommand({ ...this.#place(key), VersionId: versionId });
    await translatedS3(`delete a version of ${key}`, async () => {
      try {
        await this.#client.send(command);
      } catch (error) {
        if (isAbsent(error)) return;
        if (isDenied(error)) checkUnlocked(key, await this.#lockOf(key, versionId), this.#clock.now());
        throw error;
      }
    });
  }

  async retain(key: ObjectKey, versionId: string, until: Date): Promise<void> {
    checkObjectKey(key);
    const command = new PutObjectRetentionCommand({
      ...this.#place(key),
      VersionId: versionId,
      Retention: { Mode: this.#lockMode, RetainUntilDate: until },
    });
    await this.#changeLock(key, versionId, async () => {
      try {
        await this.#client.send(command);
      } catch (error) {
        if (isDenied(error)) prolonged(key, await this.#lockOf(key, versionId), until);
        throw error;
      }
    });
  }

  async setLegalHold(key: ObjectKey, versionId: string, on: boolean): Promise<void> {
    checkObjectKey(key);
    const hold = { VersionId: versionId, LegalHold: { Status: on ? 'ON' : 'OFF' } } as const;
    const command = new PutObjectLegalHoldCommand({ ...this.#place(key), ...hold });
    await this.#changeLock(key, versionId, () => this.#client.send(command));
  }

  async temporaryUrl(
    key: ObjectKey,
    options: { readonly seconds: number; readonly contentType: string; readonly fileName: string; readonly now: Date },
  ): Promise<string> {
    const { seconds, contentType, fileName, now } = options;
    const command = new GetObjectCommand({
      ...this.#place(checkObjectKey(key)),
      ResponseContentType: contentType,
      ResponseContentDisposition: dispositionOf(fileName),
    });
    return await translatedS3(`sign a URL of ${key}`, () =>
      getSignedUrl(this.#client, command, { expiresIn: seconds, signingDate: now }),
    );
  }

  #place(key: ObjectKey) {
    return { Bucket: this.#bucket, Key: key };
  }

  #retained(options: PutOptions): PutOptions {
    if (this.#retainDays === 0) return options;
    const least = new Date(this.#clock.now().getTime() + this.#retainDays * DAY_MS);
    const asked = options.lock?.retainUntil;
    return { ...options, lock: { ...options.lock, retainUntil: asked && asked > least ? asked : least } };
  }

  async #head(key: ObjectKey, versionId?: string): Promise<(ObjectFacts & ObjectLock) | undefined> {
    try {
      const version = versionId === undefined ? {} : { VersionId: versionId };
      const answer = await this.#client.send(new HeadObjectCommand({ ...this.#place(key), ...version }));
      const { ObjectLockRetainUntilDate: retainUntil, ObjectLockLegalHoldStatus: hold } = answer;
      return {
        ...factsOf(key, answer, answer.ContentLength),
        ...(retainUntil === undefined ? {} : { retainUntil }),
        ...(hold === undefined ? {} : { legalHold: hold === 'ON' }),
      };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /**
   * To ask for a version by its id is a permission of its own (s3:GetObjectVersion): where it is the newest one, nobody
   * needs that.
   */
  async #lockOf(key: ObjectKey, versionId: string): Promise<ObjectLock | undefined> {
    const newest = await this.#head(key);
    return newest?.versionId === versionId ? newest : await this.#head(key, versionId);
  }

  async #nothingOf(key: ObjectKey): Promise<StoredObject | undefined> {
    const head = await this.head(key);
    return head && { ...factsOnly(head), body: new Uint8Array() };
  }

  async #changeLock(key: ObjectKey, versionId: string, change: () => Promise<unknown>): Promise<void> {
    await translatedS3(`lock ${key}`, async () => {
      try {
        await change();
      } catch (error) {
        if (isAbsent(error)) throw new NotFoundError(`version ${versionId} of object ${key}`);
        throw error;
      }
    });
  }
}

interface S3Facts {
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly VersionId?: string | undefined;
}

function listedOf(key: ObjectKey, { ETag, LastModified }: S3Facts, sizeBytes = 0): ListedObject {
  // In a header the time has whole seconds, in a list it may have more.
  const seconds = Math.floor((LastModified?.getTime() ?? 0) / 1000);
  return { key, sizeBytes, etag: ETag ?? '', modifiedAt: new Date(seconds * 1000) };
}

function factsOf(key: ObjectKey, facts: S3Facts, sizeBytes?: number): ObjectFacts {
  return { ...listedOf(key, facts, sizeBytes), versionId: facts.VersionId ?? ONLY_VERSION };
}

function factsOnly({ key, sizeBytes, etag, modifiedAt, versionId }: ObjectFacts): ObjectFacts {
  return { key, sizeBytes, etag, modifiedAt, versionId };
}

/** RFC 6266, with the name as RFC 8187 has it; `encodeURIComponent` leaves some characters that it does not allow. */
function dispositionOf(fileName: string): string {
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}
