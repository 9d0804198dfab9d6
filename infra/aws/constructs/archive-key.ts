import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  Grant,
  type IGrantable,
  type IRole,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface ArchiveKeyProps {
  readonly stage: string;
  /** The only principal that may disable the key or have it deleted; made here where it is left out. */
  readonly breakGlassRoleArn: string | undefined;
}

/** Losing the key loses all mail, locked or not: these are for the break-glass role alone. */
const FATAL_ACTIONS = ['kms:ScheduleKeyDeletion', 'kms:DisableKey'];

/** Services that write to topics of this system, encrypted with this key. */
const TOPIC_WRITERS = ['cloudwatch', 'events'];

/** The key of buckets, tables and topics. Survives the deletion of the stack. */
export class ArchiveKey extends Construct {
  readonly key: Key;
  readonly breakGlassRole: IRole;

  constructor(scope: Construct, id: string, { stage, breakGlassRoleArn }: ArchiveKeyProps) {
    super(scope, id);
    this.breakGlassRole = breakGlassRoleArn
      ? Role.fromRoleArn(this, 'BreakGlass', breakGlassRoleArn, { mutable: false })
      : this.#createBreakGlassRole();
    this.key = new Key(this, 'Key', {
      description: `Letterlock ${stage}: mail, tables and topics`,
      alias: `letterlock-${stage}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.#protect();
    this.#allowTables();
    this.#allowTopicWriters();
    if (!breakGlassRoleArn)
      this.key.grant(this.breakGlassRole, ...FATAL_ACTIONS, 'kms:CancelKeyDeletion', 'kms:EnableKey');
  }

  /** Grants writing objects of buckets that this key encrypts. */
  grantEncryptObjects(grantee: IGrantable): Grant {
    return this.#grantThroughS3(grantee, ['kms:GenerateDataKey']);
  }

  /** Grants reading objects of buckets that this key encrypts. */
  grantDecryptObjects(grantee: IGrantable): Grant {
    return this.#grantThroughS3(grantee, ['kms:Decrypt']);
  }

  #grantThroughS3(grantee: IGrantable, actions: string[]): Grant {
    const conditions = { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.amazonaws.com` } };
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.key.keyArn], conditions });
  }

  #createBreakGlassRole(): Role {
    return new Role(this, 'BreakGlassRole', {
      description: `May disable the key of the archive or have it deleted: what it encrypts is lost then`,
      assumedBy: new AccountRootPrincipal().withConditions({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      maxSessionDuration: Duration.hours(1),
    });
  }

  #protect(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyBreakGlassEndsTheKey',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: FATAL_ACTIONS,
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': this.breakGlassRole.roleArn } },
      }),
    );
  }

  /** As the keys that DynamoDB makes for itself: whoever may use a table may do so through DynamoDB alone. */
  #allowTables(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TablesOfThisAccount',
        principals: [new AnyPrincipal()],
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:CallerAccount': Aws.ACCOUNT_ID,
            'kms:ViaService': `dynamodb.${Aws.REGION}.amazonaws.com`,
          },
        },
      }),
    );
  }

  /** EventBridge names neither account nor rule when it asks for the key; who may publish, the topics' policies say. */
  #allowTopicWriters(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TopicsOfThisAccount',
        principals: TOPIC_WRITERS.map((name) => new ServicePrincipal(`${name}.amazonaws.com`)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
  }
}
