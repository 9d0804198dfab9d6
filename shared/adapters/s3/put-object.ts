import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { ObjectKey, PutOptions, PutResult } from '../../ports/object-store.ts';
import { backOff } from '../aws/back-off.ts';
import { gathered } from '../file/gathered.ts';
import { ONLY_VERSION } from '../rules/object-lock.ts';
import { isRace, unmetCondition } from './s3-failures.ts';

/** A stream up to this size is one request; S3 wants at least 5 MiB in every part but the last. */
const PART_BYTES = 16 * 1024 * 1024;
/** How often a put is tried that meets another write of its key. */
const RACE_ATTEMPTS = 6;

/** Where an object goes, and on what conditions. */
export interface Target {
  readonly bucket: string;
  readonly key: ObjectKey;
  readonly options: PutOptions;
  readonly lockMode: 'GOVERNANCE' | 'COMPLIANCE';
}

/** Puts an object; a body of unknown size in one request if it is short, else in parts. Failures are not translated yet. */
export async function putObject(
  client: S3Client,
  target: Target,
  body: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<PutResult> {
  if (body instanceof Uint8Array) return await putWhole(client, target, body);
  const parts = gathered(body, PART_BYTES);
  const first = await parts.next();
  return first.done ? await putWhole(client, target, first.value) : await putParts(client, target, first.value, parts);
}

async function putWhole(client: S3Client, target: Target, body: Uint8Array): Promise<PutResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      const command = new PutObjectCommand({
        ...placeOf(target),
        Body: body,
        ...conditionsOf(target),
        ...lockOf(target),
      });
      return storedAs(await client.send(command));
    } catch (error) {
      const unmet = unmetCondition(error, target.options);
      if (unmet !== undefined) return unmet;
      if (!isRace(error) || attempt === RACE_ATTEMPTS) throw error;
      await backOff(attempt);
    }
  }
}

/** The conditions are S3's to decide when the parts become an object; a race then cannot be repeated, the stream is gone. */
async function putParts(
  client: S3Client,
  target: Target,
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, Uint8Array, undefined>,
): Promise<PutResult> {
  const place = placeOf(target);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...place, ...lockOf(target) }));
  const upload = { ...place, UploadId };
  try {
    const parts = [await putPart(client, upload, 1, first)];
    for (let next = await rest.next(); ; next = await rest.next()) {
      if (next.value.length > 0) parts.push(await putPart(client, upload, parts.length + 1, next.value));
      if (next.done) break;
    }
    const completed = { MultipartUpload: { Parts: parts }, ...conditionsOf(target) };
    return storedAs(await client.send(new CompleteMultipartUploadCommand({ ...upload, ...completed })));
  } catch (error) {
    // What is left of an upload costs storage until the bucket's lifecycle removes it.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    const unmet = unmetCondition(error, target.options);
    if (unmet === undefined) throw error;
    return unmet;
  }
}

async function putPart(
  client: S3Client,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined },
  PartNumber: number,
  Body: Uint8Array,
): Promise<CompletedPart> {
  const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) };
}

function placeOf({ bucket, key }: Target) {
  return { Bucket: bucket, Key: key };
}

function conditionsOf({ options: { ifAbsent, ifMatch } }: Target) {
  return { ...(ifAbsent ? { IfNoneMatch: '*' } : {}), ...(ifMatch === undefined ? {} : { IfMatch: ifMatch }) };
}

function lockOf({ options: { lock }, lockMode }: Target) {
  return {
    ...(lock?.retainUntil === undefined
      ? {}
      : { ObjectLockMode: lockMode, ObjectLockRetainUntilDate: lock.retainUntil }),
    ...(lock?.legalHold ? { ObjectLockLegalHoldStatus: 'ON' as const } : {}),
  };
}

function storedAs(answer: { readonly ETag?: string | undefined; readonly VersionId?: string | undefined }): PutResult {
  return { outcome: 'stored', versionId: answer.VersionId ?? ONLY_VERSION, etag: answer.ETag ?? '' };
}
