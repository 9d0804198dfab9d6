import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** After so many days the parts of an upload that nobody finished are removed: they are billed and never seen. */
const UNFINISHED_UPLOAD_DAYS = 7;

/** A bucket that holds mail: encrypted with `key`, over TLS only, never public, kept when the stack goes. */
export function mailBucket(
  scope: Construct,
  id: string,
  key: Key,
  props: Pick<BucketProps, 'versioned' | 'objectLockEnabled' | 'lifecycleRules'> = {},
): Bucket {
  return new Bucket(scope, id, {
    ...props,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(UNFINISHED_UPLOAD_DAYS) },
      ...(props.lifecycleRules ?? []),
    ],
  });
}
