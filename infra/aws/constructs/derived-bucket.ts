import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EXPORT_DAYS } from '../../../shared/domain/export-days.ts';
import type { ArchiveKey } from './archive-key.ts';
import { mailBucket } from './mail-bucket.ts';

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

  /** Grants searching: reading the index and nothing else of the bucket; absent objects are told from forbidden ones. */
  grantReadIndex(grantee: IGrantable): void {
    this.#grantIndex(grantee, 's3:GetObject');
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
    this.#key.grantDecryptObjects(grantee);
  }

  /** Grants adding to the index, and replacing its manifests. */
  grantWriteIndex(grantee: IGrantable): void {
    this.#grantIndex(grantee, 's3:PutObject');
    this.#key.grantEncryptObjects(grantee);
  }

  /** Grants deleting what the index needs no more. */
  grantTidyIndex(grantee: IGrantable): void {
    this.#grantIndex(grantee, 's3:DeleteObject');
  }

  /** Grants forgetting what was kept of a message that is purged: texts of its attachments, and copies of it. */
  grantForget(grantee: IGrantable): void {
    const resourceArns = ['segments/texts/*', 'exports/*'].map((keys) => this.bucket.arnForObjects(keys));
    Grant.addToPrincipal({ grantee, actions: ['s3:DeleteObject'], resourceArns });
  }

  /** Grants making copies that expire, and letting others fetch them by a presigned URL. */
  grantExport(grantee: IGrantable): void {
    const resourceArns = [this.bucket.arnForObjects('exports/*')];
    Grant.addToPrincipal({ grantee, actions: ['s3:PutObject', 's3:GetObject'], resourceArns });
    this.#key.grantEncryptObjects(grantee);
    this.#key.grantDecryptObjects(grantee);
  }

  #grantIndex(grantee: IGrantable, action: string): void {
    Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [this.bucket.arnForObjects('segments/*')] });
  }
}
