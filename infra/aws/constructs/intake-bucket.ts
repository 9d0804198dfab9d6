import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ArchiveKey } from './archive-key.ts';
import { mailBucket } from './mail-bucket.ts';

/** Mail to addresses that no endpoint has is kept for so long, for whoever misspelt one. */
const UNKNOWN_DAYS = 30;
const INCOMING = 'incoming/*';
const FETCHED = 'incoming/fetch-*';
/** Where SES puts what it takes in. */
export const SES_PREFIX = 'incoming/ses/';

/** Arrivals not yet filed; filing empties it. */
export class IntakeBucket extends Construct {
  readonly bucket: Bucket;
  readonly #key: ArchiveKey;

  constructor(scope: Construct, id: string, key: ArchiveKey) {
    super(scope, id);
    this.#key = key;
    this.bucket = mailBucket(this, 'Bucket', key.key, {
      lifecycleRules: [{ id: 'unknown-endpoints', prefix: 'unknown/', expiration: Duration.days(UNKNOWN_DAYS) }],
    });
  }

  /** Grants SES adding what it received. */
  grantReceive(grantee: IGrantable): void {
    this.#grant(grantee, ['s3:PutObject'], `${SES_PREFIX}*`);
    this.#key.key.grant(grantee, 'kms:Encrypt', 'kms:GenerateDataKey');
  }

  /** Grants reading arrivals and deleting them once they are filed. */
  grantTake(grantee: IGrantable): void {
    this.#grant(grantee, ['s3:GetObject', 's3:DeleteObject'], INCOMING);
    this.grantList(grantee);
    this.#key.grantDecryptObjects(grantee);
  }

  /** Grants adding what an arrival needs beside itself, and setting aside what goes to no endpoint. */
  grantSetAside(grantee: IGrantable): void {
    this.#grant(grantee, ['s3:PutObject'], INCOMING, 'unknown/*');
    this.#key.grantEncryptObjects(grantee);
  }

  /** Grants adding what is fetched from mailboxes, reading it and deleting it once it is filed. */
  grantFetch(grantee: IGrantable): void {
    this.#grant(grantee, ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], FETCHED);
    this.#key.grantEncryptObjects(grantee);
    this.#key.grantDecryptObjects(grantee);
  }

  /** Grants seeing what lies there; without it, what is absent would look forbidden. */
  grantList(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
  }

  #grant(grantee: IGrantable, actions: string[], ...keys: readonly string[]): void {
    const resourceArns = keys.map((key) => this.bucket.arnForObjects(key));
    Grant.addToPrincipal({ grantee, actions, resourceArns });
  }
}
