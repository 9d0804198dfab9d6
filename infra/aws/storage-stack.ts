import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { lockWarning } from '../../shared/domain/retention/lock-mode.ts';
import type { StageConfiguration } from './configuration/stage-configuration.ts';
import { ArchiveBucket } from './constructs/archive-bucket.ts';
import { ArchiveKey } from './constructs/archive-key.ts';
import { ArchiveTables } from './constructs/archive-tables.ts';
import { DerivedBucket } from './constructs/derived-bucket.ts';
import { IntakeBucket } from './constructs/intake-bucket.ts';

export interface StorageStackProps extends StackProps {
  readonly configuration: StageConfiguration;
}

/** What keeps state: key, buckets and tables. Everything in it survives the deletion of the stack. */
export class StorageStack extends Stack {
  readonly key: ArchiveKey;
  readonly intake: IntakeBucket;
  readonly archive: ArchiveBucket;
  readonly derived: DerivedBucket;
  readonly tables: ArchiveTables;

  constructor(scope: Construct, id: string, { configuration, ...props }: StorageStackProps) {
    super(scope, id, props);
    const { stage, objectLock, breakGlassRoleArn } = configuration;
    this.key = new ArchiveKey(this, 'Key', { stage, breakGlassRoleArn });
    this.intake = new IntakeBucket(this, 'Intake', this.key);
    this.archive = new ArchiveBucket(this, 'Archive', { key: this.key, objectLock });
    this.derived = new DerivedBucket(this, 'Derived', this.key);
    this.tables = new ArchiveTables(this, 'Tables', { key: this.key, prefix: `letterlock-${stage}-` });
    const warning = lockWarning(objectLock.mode === 'COMPLIANCE' ? 'compliance' : undefined);
    if (warning !== undefined && (objectLock.policies || objectLock.minimumDays > 0)) {
      Annotations.of(this).addWarningV2('letterlock:compliance', warning);
      new CfnOutput(this, 'ObjectLockWarning', { value: warning });
    }
    new CfnOutput(this, 'IntakeBucketName', { value: this.intake.bucket.bucketName });
    new CfnOutput(this, 'ArchiveBucketName', { value: this.archive.bucket.bucketName });
    new CfnOutput(this, 'DerivedBucketName', { value: this.derived.bucket.bucketName });
    new CfnOutput(this, 'TablePrefix', { value: this.tables.prefix });
    new CfnOutput(this, 'KeyArn', { value: this.key.key.keyArn });
    new CfnOutput(this, 'BreakGlassRoleArn', { value: this.key.breakGlassRole.roleArn });
  }
}
