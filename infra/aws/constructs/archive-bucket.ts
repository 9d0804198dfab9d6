import { AnyPrincipal, Effect, Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ObjectLockSettings } from '../configuration/stage-configuration.ts';
import type { ArchiveKey } from './archive-key.ts';
import { mailBucket } from './mail-bucket.ts';

/** What lies in the archive bucket, by the first part of its key. */
export type ArchivePrefix = 'messages' | 'attachments' | 'quarantine' | 'log' | 'audit';

export interface ArchiveBucketProps {
  readonly key: ArchiveKey;
  readonly objectLock: ObjectLockSettings;
}

/**
 * Write-once store of mail. Nothing in it can be overwritten, whatever a role may do: the bucket takes new
 * keys only. Object Lock is on without default retention: who writes an object says how long it is locked.
 */
export class ArchiveBucket extends Construct {
  readonly bucket: Bucket;
  readonly #key: ArchiveKey;
  readonly #locks: boolean;

  constructor(scope: Construct, id: string, { key, objectLock }: ArchiveBucketProps) {
    super(scope, id);
    this.#key = key;
    this.#locks = objectLock.minimumDays > 0;
    this.bucket = mailBucket(this, 'Bucket', key.key, { versioned: true, objectLockEnabled: true });
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NewKeysOnly',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: {
          Null: { 's3:if-none-match': 'true' },
          // The parts of a multipart upload carry no condition; what completes it does.
          Bool: { 's3:ObjectCreationOperation': 'true' },
        },
      }),
    );
  }

  /** Grants adding objects and setting how long they are kept: `Bucket.grantPut` would also allow releasing legal holds. */
  grantAppend(grantee: IGrantable, prefixes: readonly ArchivePrefix[]): void {
    const actions = ['s3:PutObject', ...(this.#locks ? ['s3:PutObjectRetention'] : [])];
    Grant.addToPrincipal({ grantee, actions, resourceArns: this.#objects(prefixes) });
    this.#key.grantEncryptObjects(grantee);
  }

  /** Grants reading objects; absent ones are told from forbidden ones. */
  grantRead(grantee: IGrantable, prefixes: readonly ArchivePrefix[]): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: this.#objects(prefixes) });
    this.grantList(grantee);
    this.#key.grantDecryptObjects(grantee);
  }

  grantList(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
  }

  #objects(prefixes: readonly ArchivePrefix[]): string[] {
    return prefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}/*`));
  }
}
