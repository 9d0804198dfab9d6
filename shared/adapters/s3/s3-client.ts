import { S3Client } from '@aws-sdk/client-s3';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';

/**
 * A client as `createS3ObjectStore` wants it. Against AWS every object goes with a checksum that S3 compares before
 * it stores it, and comes with one that is compared here. Other servers address buckets by path, and get checksums
 * only where the protocol demands one: some refuse those they do not know.
 */
export function createS3Client(place: ClientPlace = {}): S3Client {
  const foreign = {
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
  return new S3Client({
    ...clientSettings(place, { attempts: 5, timeoutMs: 30_000, streams: true }),
    ...(place.endpoint === undefined ? {} : foreign),
  });
}
