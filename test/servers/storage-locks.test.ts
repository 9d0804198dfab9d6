import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ArchiveBucket } from '../../infra/aws/constructs/archive-bucket.ts';
import { ArchiveKey } from '../../infra/aws/constructs/archive-key.ts';
import { FUNCTIONS } from '../../infra/aws/functions.ts';
import { createS3Client } from '../../shared/adapters/s3/s3-client.ts';
import { createS3ObjectStore } from '../../shared/adapters/s3/s3-object-store.ts';
import { withWeakConditions } from '../../shared/adapters/s3/weak-conditions.ts';
import { ObjectLockedError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { getJob } from '../../shared/usecases/jobs/jobs.ts';
import { startExtendJob } from '../../shared/usecases/locks/start-extend-job.ts';
import { runJob } from '../../shared/usecases/maintenance/run-job.ts';
import { purgeMessage } from '../../shared/usecases/purge-message.ts';
import { changePolicy, createPolicy } from '../../shared/usecases/retention/change-policies.ts';
import { PolicyBook } from '../../shared/usecases/retention/policy-book.ts';
import { collected } from '../contract/bytes.ts';
import { withTestCredentials } from '../contract/test-credentials.ts';
import { letter, retentionWorld } from '../unit/usecases/retention/retention-world.ts';
import { type Ceph, startCeph } from './ceph.ts';

// A bucket would be asked for in any other region, which Ceph does not know.
withTestCredentials('us-east-1');

const MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;
type Mode = (typeof MODES)[number];
const bucketOf = (mode: Mode) => `archive-${mode.toLowerCase()}`;
const DAY_MS = 24 * 3_600_000;
/** Who writes, who extends, and who deletes: together they may all that any function may do to mail. */
const ROLES = ['archive-arrivals', 'run-maintenance', 'purge-messages'];

let ceph: Ceph | undefined;
let client: S3Client;
const clients = new Map<string, S3Client>();
beforeAll(async () => {
  // Without them everything would be refused, and these tests be green.
  expect(permissionsOf('archive-arrivals', 'any').map(({ Action }) => Action)).toContain('s3:PutObjectRetention');
  ceph = await startCeph();
  client = createS3Client({ endpoint: ceph.endpoint });
  for (const role of ROLES) {
    const { accessKey, secretKey } = await ceph.addUser(role);
    const own = createS3Client({ endpoint: ceph.endpoint });
    own.config.credentials = async () => ({ accessKeyId: accessKey, secretAccessKey: secretKey });
    clients.set(role, own);
  }
  for (const mode of MODES) await createBucket(mode);
});
afterAll(async () => {
  for (const own of clients.values()) own.destroy();
  client?.destroy();
  await ceph?.stop();
});

async function createBucket(mode: Mode): Promise<void> {
  const Bucket = bucketOf(mode);
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  // Who may list is told that an object is absent: the roles may, and Ceph asks the ACL for that, not the policy.
  const reading = ROLES.map((role) => `id="${role}"`).join(', ');
  await client.send(new PutBucketAclCommand({ Bucket, GrantRead: reading, GrantFullControl: 'id="test"' }));
  const allowed = ROLES.flatMap((role) =>
    permissionsOf(role, Bucket).map((statement) => ({
      Effect: 'Allow',
      Principal: { AWS: [`arn:aws:iam:::user/${role}`] },
      ...statement,
    })),
  );
  const Statement = [...allowed, { ...statementOfBucket('NoBypass'), Resource: [`arn:aws:s3:::${Bucket}/*`] }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

/** What a function's role may do to the archive bucket, as the stack grants it where policies lock. */
function permissionsOf(
  name: string,
  bucketName: string,
): readonly { readonly Action: string | string[]; readonly Resource: readonly string[] }[] {
  const { archive, locks } = FUNCTIONS.find((definition) => definition.name === name)?.needs ?? {};
  const { stack, bucket } = archiveStack();
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  if (archive?.append) bucket.grantAppend(role, archive.append);
  if (archive?.read) bucket.grantRead(role, archive.read);
  if (archive?.purge) bucket.grantPurge(role, archive.purge);
  bucket.grantLock(role, locks?.set ?? [], locks?.see ?? []);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements: readonly { Action: string | string[]; Resource: unknown }[] = policies.flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  return statements
    .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('s3:')))
    .map(({ Action, Resource }) => ({
      Action,
      Resource: [Resource].flat().map((resource) => arnOf(bucketName, resource)),
    }));
}

function archiveStack() {
  const stack = new Stack(new App(), 'Archive');
  const key = new ArchiveKey(stack, 'Key', { stage: 'test', breakGlassRoleArn: undefined });
  const objectLock = { mode: 'GOVERNANCE', minimumDays: 0, policies: true } as const;
  return { stack, bucket: new ArchiveBucket(stack, 'Archive', { key, objectLock }) };
}

/** A statement of the bucket's own policy, but for its resource. */
function statementOfBucket(sid: string): object {
  const policies = Object.values(Template.fromStack(archiveStack().stack).findResources('AWS::S3::BucketPolicy'));
  const statements: readonly { Sid?: string; Effect: string; Action: string; Principal: unknown }[] =
    policies[0]?.Properties.PolicyDocument.Statement;
  const found = statements.find(({ Sid }) => Sid === sid);
  if (!found) throw new Error(`the bucket has no statement ${sid}`);
  const { Effect, Action } = found;
  return { Effect, Action, Principal: '*' };
}

/** `Fn::Join` of the bucket's ARN and the rest. */
function arnOf(bucketName: string, resource: unknown): string {
  const [, rest] = /"(\/[^"]*)"/.exec(JSON.stringify(resource)) ?? [];
  return `arn:aws:s3:::${bucketName}${rest ?? ''}`;
}

function clientOf(role: string): S3Client {
  const own = clients.get(role);
  if (!own) throw new Error(`${role} is no role here`);
  return own;
}

const storeOf = (role: string, mode: Mode): ObjectStore =>
  withWeakConditions(createS3ObjectStore({ client: clientOf(role), bucket: bucketOf(mode), lockMode: mode }));

/** Filing writes as its role, jobs and purges as theirs. */
async function world(mode: Mode) {
  const filing = await retentionWorld({ locks: true, archive: storeOf('archive-arrivals', mode) });
  const portsOf = (role: string) => ({ ...filing.ports, archive: storeOf(role, mode) });
  return { ...filing, maintaining: portsOf('run-maintenance'), purging: portsOf('purge-messages') };
}

const minimum = (years: number) =>
  ({ name: 'm', priority: 0, conditions: {}, countedFrom: 'archived', minimum: { years } }) as const;
const attachment = Buffer.alloc(50_000, 'a contract that two people got ').toString('base64');

function withAttachment(subject: string): string {
  const fields = { From: 'bob@far.test', To: 'a@x.test', 'Message-ID': `<${subject}@far.test>`, Subject: subject };
  const [head] = letter(fields).split('\r\n\r\n');
  const type = 'Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64';
  return `${head}\r\n${type}\r\n\r\n${attachment}\r\n`;
}

describe.each(MODES)('mail under a minimum, on a server with Object Lock in mode %s', (mode) => {
  test('cannot be removed, shortened or overwritten with what any role may do', async () => {
    const { ports, journal } = await world(mode);
    await createPolicy(ports, minimum(2));
    await journal(withAttachment('locked'));
    const objects = [
      ...(await collected(storeOf('purge-messages', mode).listVersions('messages/'))),
      ...(await collected(storeOf('purge-messages', mode).listVersions('attachments/'))),
    ];
    expect(objects.length).toBeGreaterThanOrEqual(2);
    for (const { key, versionId, sizeBytes } of objects) {
      const version = { Bucket: bucketOf(mode), Key: key, VersionId: versionId };
      const Retention = { Mode: mode, RetainUntilDate: new Date(Date.now() + DAY_MS) };
      for (const role of ROLES) {
        const own = clientOf(role);
        const bypassing = { ...version, BypassGovernanceRetention: true };
        const attempts = {
          delete: () => own.send(new DeleteObjectCommand(version)),
          'delete, bypassing governance': () => own.send(new DeleteObjectCommand(bypassing)),
          shorten: () => own.send(new PutObjectRetentionCommand({ ...version, Retention })),
          'shorten, bypassing governance': () => own.send(new PutObjectRetentionCommand({ ...bypassing, Retention })),
        };
        for (const [attempt, make] of Object.entries(attempts)) {
          const outcome = await make().then(
            () => 'done',
            (error: unknown) => (error instanceof Error ? error.name : ''),
          );
          expect(`${role}, ${key.slice(0, 8)}, ${attempt}: ${outcome}`).toMatch(/: AccessDenied$/);
        }
        // Ceph takes it as a newer version, where S3 refuses it: the bytes that are locked stay as they are.
        await own
          .send(new PutObjectCommand({ Bucket: bucketOf(mode), Key: key, Body: 'other' }))
          .catch(() => undefined);
      }
      const kept = await clientOf('archive-arrivals').send(new GetObjectCommand(version));
      expect((await kept.Body?.transformToByteArray())?.length).toBe(sizeBytes);
    }
  });

  test('is extended by a job where a policy grew, and then shortened by none', async () => {
    const { ports, directory, maintaining, journal } = await world(mode);
    const { policyId } = await createPolicy(ports, minimum(1));
    const archiveId = await journal(withAttachment('extended'));
    const untilOf = async () => {
      const objects = await collected(ports.archive.list('messages/'));
      const key = objects.find((object) => object.key.includes(archiveId))?.key ?? '';
      return (await ports.archive.head(key))?.retainUntil?.getFullYear();
    };
    const extend = async () => {
      const { jobId } = await startExtendJob(maintaining);
      await runJob(maintaining, { directory, locks: { policies: new PolicyBook(ports) } }, jobId);
      return (await getJob(ports, jobId)).data;
    };
    const thisYear = (await untilOf()) ?? 0;
    await changePolicy(ports, policyId, { minimum: { years: 9 } });
    expect(await extend()).toMatchObject({ outcome: 'succeeded', details: { looked: 1, extended: 2 } });
    expect(await untilOf()).toBe(thisYear + 8);
    await changePolicy(ports, policyId, { minimum: { years: 1 } });
    expect(await extend()).toMatchObject({ outcome: 'succeeded', details: { extended: 0 } });
    expect(await untilOf()).toBe(thisYear + 8);
  });

  test('stays through a purge that should not be; what is free goes with every version', async () => {
    const { ports, purging, journal } = await world(mode);
    const free = await journal(letter({ From: 'bob@far.test', To: 'a@x.test', Subject: 'free' }));
    expect(await purgeMessage(purging, free, async () => true)).toBe(true);
    const versionsOf = async (archiveId: string) =>
      (await collected(purging.archive.listVersions('messages/'))).filter(({ key }) => key.includes(archiveId));
    expect(await versionsOf(free)).toEqual([]);
    await createPolicy(ports, minimum(2));
    const locked = await journal(withAttachment('kept'));
    await expect(purgeMessage(purging, locked, async () => true)).rejects.toThrow(ObjectLockedError);
    expect(await versionsOf(locked)).toHaveLength(1);
  });
});
