import { AnyPrincipal, Effect, Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ObjectLockSettings } from '../configuration/stage-configuration.ts';
import type { ArchiveKey } from './archive-key.ts';
import { mailBucket } from './mail-bucket.ts';

/** What lies in the archive bucket, by the first part of its key. */
export type ArchivePrefix = 'messages' | 'attachments' | 'quarantine' | 'log' | 'audit' | 'certificates';

export interface ArchiveBucketProps {
  readonly key: ArchiveKey;
  readonly objectLock: ObjectLockSettings;
}

/**
 * Write-once store of mail. Nothing in it can be overwritten, whatever a role may do: the bucket takes new
 * keys only, and lifts no lock. Object Lock is on without default retention: who writes an object says how long it is locked.
 */
export class ArchiveBucket extends Construct {
  readonly bucket: Bucket;
  readonly #key: ArchiveKey;
  /** Whether all that is written is locked. */
  readonly #locks: boolean;
  /** Whether anything is. */
  readonly #hasLocks: boolean;

  constructor(scope: Construct, id: string, { key, objectLock }: ArchiveBucketProps) {
    super(scope, id);
    this.#key = key;
    this.#locks = objectLock.minimumDays > 0;
    this.#hasLocks = this.#locks || objectLock.policies;
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
    // In governance mode whoever has all permissions could: now they have to change this first, which CloudTrail tells of.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NoBypass',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:BypassGovernanceRetention'],
        resources: [this.bucket.arnForObjects('*')],
      }),
    );
  }

  /** Grants adding objects and setting how long they are kept: `Bucket.grantPut` would also allow releasing legal holds. */
  grantAppend(grantee: IGrantable, prefixes: readonly ArchivePrefix[]): void {
    const actions = ['s3:PutObject', ...(this.#locks ? ['s3:PutObjectRetention'] : [])];
    Grant.addToPrincipal({ grantee, actions, resourceArns: this.#objects(prefixes) });
    this.#key.grantEncryptObjects(grantee);
  }

  /**
   * Grants setting and extending how long objects are kept, and seeing it. Nobody may shorten it, as nobody may bypass
   * governance.
   */
  grantLock(grantee: IGrantable, set: readonly ArchivePrefix[], see: readonly ArchivePrefix[]): void {
    const grant = (action: string, prefixes: readonly ArchivePrefix[]) => {
      if (prefixes.length === 0) return;
      Grant.addToPrincipal({ grantee, actions: [action], resourceArns: this.#objects(prefixes) });
    };
    grant('s3:PutObjectRetention', set);
    grant('s3:GetObjectRetention', see);
  }

  /** Grants reading objects; absent ones are told from forbidden ones. */
  grantRead(grantee: IGrantable, prefixes: readonly ArchivePrefix[]): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: this.#objects(prefixes) });
    this.grantList(grantee);
    this.#key.grantDecryptObjects(grantee);
  }

  /** Grants deleting versions, and seeing which there are and what locks them; a lock, governance included, stays one. */
  grantPurge(grantee: IGrantable, prefixes: readonly ArchivePrefix[]): void {
    const seeing = ['s3:GetObjectLegalHold', ...(this.#hasLocks ? ['s3:GetObjectRetention'] : [])];
    const actions = ['s3:DeleteObjectVersion', ...seeing];
    Grant.addToPrincipal({ grantee, actions, resourceArns: this.#objects(prefixes) });
    this.#grantListVersions(grantee);
  }

  /**
   * Grants setting the legal holds of versions and lifting them, whatever retention says. Nobody who has it may delete
   * anything.
   */
  grantHold(grantee: IGrantable, prefixes: readonly ArchivePrefix[]): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['s3:PutObjectLegalHold'],
      resourceArns: this.#objects(prefixes),
    });
    this.#grantListVersions(grantee);
  }

  grantList(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
  }

  #grantListVersions(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucketVersions'], resourceArns: [this.bucket.bucketArn] });
  }

  #objects(prefixes: readonly ArchivePrefix[]): string[] {
    return prefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}/*`));
  }
}
