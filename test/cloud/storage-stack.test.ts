import { describe, expect, test } from 'vitest';
import { TABLE_DEFINITIONS } from '../../shared/adapters/dynamodb/table-definitions.ts';
import { type Fields, isFields, type Resource, resourcesOf } from './cloud-assembly.ts';
import { templateOf } from './templates.ts';

const template = templateOf('Storage');
const buckets = resourcesOf(template, 'AWS::S3::Bucket');
const tables = resourcesOf(template, 'AWS::DynamoDB::Table');

/** Ids that stand for mail: another id would make CloudFormation create an empty one beside what is there. */
const CONTRACT = [
  'ArchiveBucket49F1AC64',
  'DerivedBucket8588D11C',
  'IntakeBucketDF3620F2',
  'Key9BCD29C7',
  'KeyBreakGlassRole',
  'Tablesactivity',
  'Tablesconfiguration',
  'Tablesmessages',
];

function bucket(name: 'Intake' | 'Archive' | 'Derived'): Resource {
  const found = [...buckets].find(([id]) => id.startsWith(`${name}Bucket`))?.[1];
  if (!found) throw new Error(`there is no bucket ${name}`);
  return found;
}

function statements(resource: Resource | undefined, property: string): readonly Fields[] {
  const document = resource?.Properties[property];
  return isFields(document) && Array.isArray(document.Statement) ? document.Statement.filter(isFields) : [];
}

function bucketPolicy(name: 'Intake' | 'Archive' | 'Derived'): readonly Fields[] {
  const found = [...resourcesOf(template, 'AWS::S3::BucketPolicy')].find(([id]) =>
    id.startsWith(`${name}BucketPolicy`),
  );
  return statements(found?.[1], 'PolicyDocument');
}

function rules(name: 'Intake' | 'Archive' | 'Derived'): unknown {
  const { LifecycleConfiguration } = bucket(name).Properties;
  return isFields(LifecycleConfiguration) ? LifecycleConfiguration.Rules : undefined;
}

const UNFINISHED = {
  Id: 'unfinished-uploads',
  Status: 'Enabled',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

test('what holds mail keeps its logical id', () => {
  const stateful = Object.entries(template.Resources)
    .filter(([, { Type }]) => /S3::Bucket$|DynamoDB::Table|KMS::Key$|IAM::Role$/.test(Type))
    .map(([id]) => id.replace(/^(Tables[a-z]+|KeyBreakGlassRole)[0-9A-F]{8}$/, '$1'));
  expect(stateful.toSorted()).toEqual(CONTRACT.toSorted());
});

test.each([...buckets, ...tables, ...resourcesOf(template, 'AWS::KMS::Key')])(
  '%s outlives the stack',
  (_id, resource) => {
    expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  },
);

describe.each([...buckets])('%s', (_id, { Properties }) => {
  test('is encrypted with the key, by a key of its own in between', () => {
    expect(Properties.BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: { 'Fn::GetAtt': ['Key9BCD29C7', 'Arn'] },
          },
        },
      ],
    });
  });

  test('is never public', () => {
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
  });
});

describe.each(['Intake', 'Archive', 'Derived'] as const)('the policy of the bucket %s', (name) => {
  test('refuses requests without TLS, or with an old one', () => {
    const denied = bucketPolicy(name).filter(({ Effect, Action }) => Effect === 'Deny' && Action === 's3:*');
    expect(denied.map(({ Condition }) => Condition)).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]);
  });

  test('allows nobody anything: what may be done stands in the roles', () => {
    expect(bucketPolicy(name).filter(({ Effect }) => Effect !== 'Deny')).toEqual([]);
  });
});

describe('the archive bucket', () => {
  test('keeps versions and can lock them, and locks none by default', () => {
    expect(bucket('Archive').Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
    });
    expect(bucket('Archive').Properties).not.toHaveProperty('ObjectLockConfiguration');
  });

  test('takes new keys only: every put needs If-None-Match, parts of an upload apart', () => {
    expect(bucketPolicy('Archive')).toContainEqual({
      Sid: 'NewKeysOnly',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['ArchiveBucket49F1AC64', 'Arn'] }, '/*']] },
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    });
  });

  test('loses nothing to a lifecycle', () => {
    expect(rules('Archive')).toEqual([UNFINISHED]);
  });
});

test('intake keeps mail to unknown endpoints for 30 days, and everything else until it is filed', () => {
  expect(rules('Intake')).toEqual([
    UNFINISHED,
    { Id: 'unknown-endpoints', Status: 'Enabled', Prefix: 'unknown/', ExpirationInDays: 30 },
  ]);
  expect(bucket('Intake').Properties).not.toHaveProperty('VersioningConfiguration');
});

test('derived drops exports after a day, and nothing else', () => {
  expect(rules('Derived')).toEqual([
    UNFINISHED,
    { Id: 'exports', Status: 'Enabled', Prefix: 'exports/', ExpirationInDays: 1 },
  ]);
});

describe.each(TABLE_DEFINITIONS)('the table $name', ({ name, indexes, expires }) => {
  const found = [...tables.values()].find(({ Properties }) => Properties.TableName === `letterlock-example-${name}`);
  const properties = found?.Properties ?? {};

  test('is billed by request, can be restored to any second, and is protected from deletion', () => {
    expect(properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
  });

  test('has the keys and indexes that the adapter asks for', () => {
    expect(properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(properties.GlobalSecondaryIndexes).toEqual(
      indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.key.partition, KeyType: 'HASH' },
          { AttributeName: index.key.sort, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      })),
    );
  });

  test(expires ? 'drops what has expired' : 'drops nothing', () => {
    const expiry = expires ? { AttributeName: 'expiresAt', Enabled: true } : undefined;
    expect(properties.TimeToLiveSpecification).toEqual(expiry);
  });
});

describe('the key', () => {
  const [key] = resourcesOf(template, 'AWS::KMS::Key').values();
  const policy = statements(key, 'KeyPolicy');

  test('is rotated, and waits 30 days before it can be gone', () => {
    expect(key?.Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
  });

  test('can be disabled or deleted by the break-glass role alone', () => {
    expect(policy).toContainEqual({
      Sid: 'OnlyBreakGlassEndsTheKey',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
      Resource: '*',
      Condition: {
        ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringMatching(/^KeyBreakGlassRole/), 'Arn'] } },
      },
    });
  });

  test('is open to others through DynamoDB alone, and to the services that write to topics', () => {
    const others = policy.filter(({ Effect, Sid }) => Effect === 'Allow' && Sid !== undefined);
    expect(others.map(({ Sid, Condition }) => ({ Sid, Condition }))).toEqual([
      {
        Sid: 'TablesOfThisAccount',
        Condition: {
          StringEquals: {
            'kms:CallerAccount': { Ref: 'AWS::AccountId' },
            'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
          },
        },
      },
      { Sid: 'TopicsOfThisAccount', Condition: undefined },
    ]);
  });
});

test('the break-glass role needs a second factor', () => {
  const [role] = resourcesOf(template, 'AWS::IAM::Role').values();
  const [trust] = statements(role, 'AssumeRolePolicyDocument');
  expect(trust).toMatchObject({
    Action: 'sts:AssumeRole',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  });
});
