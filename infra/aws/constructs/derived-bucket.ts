import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ArchiveKey } from './archive-key.ts';
import { mailBucket } from './mail-bucket.ts';

/** Copies for download are fetched within minutes; a day leaves time for the largest. */
const EXPORT_DAYS = 1;

/** What can be made again from archive and tables. */
export class DerivedBucket extends Construct {
  readonly bucket: Bucket;
  readonly #key: ArchiveKey;

  constructor(scope: Construct, id: string, key: ArchiveKey) {
    super(scope, id);
    this.#key = key;
    this.bucket = mailBucket(this, 'Bucket', key.key, {
      lifecycleRules: [{ id: 'exports', prefix: 'exports/', expiration: Duration.days(EXPORT_DAYS) }],
    });
  }

  /** Grants making copies that expire, and letting others fetch them by a presigned URL. */
  grantExport(grantee: IGrantable): void {
    const resourceArns = [this.bucket.arnForObjects('exports/*')];
    Grant.addToPrincipal({ grantee, actions: ['s3:PutObject', 's3:GetObject'], resourceArns });
    this.#key.grantEncryptObjects(grantee);
    this.#key.grantDecryptObjects(grantee);
  }
}
