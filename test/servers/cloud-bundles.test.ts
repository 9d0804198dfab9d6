import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloudWorld } from '../cloud/cloud-world.ts';
import { scheduledEvent, sesMessage, sqsEvent } from '../cloud/events.ts';
import { functionsIn } from '../cloud/functions-in.ts';
import { message, messageWithAttachment } from '../cloud/messages.ts';
import { synthesise } from '../cloud/synthesis.ts';
import { type Ceph, startCeph } from './ceph.ts';
import { type DynamoDbLocal, fetchDynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';

const ARRIVALS = 'letterlock-example-arrivals';
/** On a slow machine synthesis, Ceph and DynamoDB Local take minutes to begin. */
const TIMEOUT_MS = 400_000;

let assembly: string;
let ceph: Ceph;
let dynamoDb: DynamoDbLocal;
let world: CloudWorld;
let s3: S3Client;
beforeAll(async () => {
  fetchDynamoDbLocal();
  assembly = await mkdtemp(join(tmpdir(), 'letterlock-synth-'));
  synthesise(assembly);
  [ceph, dynamoDb] = await Promise.all([startCeph(), startDynamoDbLocal()]);
  const { accessKey: accessKeyId, secretKey: secretAccessKey } = ceph;
  world = await CloudWorld.start({
    functions: functionsIn(assembly),
    variables: {
      AWS_ENDPOINT_URL_S3: ceph.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  // A bucket would be asked for in any other region, which Ceph does not know.
  s3 = new S3Client({
    endpoint: ceph.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  for (const [name, lock] of Object.entries({ INTAKE: false, ARCHIVE: true, DERIVED: false })) {
    const Bucket = world.variable(`LETTERLOCK_S3_BUCKET_${name}`);
    await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: lock }));
  }
  await world.signIn();
}, TIMEOUT_MS);
afterAll(async () => {
  s3?.destroy();
  await Promise.all([world?.stop(), ceph?.stop(), dynamoDb?.stop()]);
  await rm(assembly, { recursive: true, force: true });
});

/** Puts a message where SES would, and answers what SNS would say of it. */
async function receive(id: string, raw: string, recipient: string): Promise<string> {
  const objectKey = `incoming/ses/${id}`;
  const Bucket = world.variable('LETTERLOCK_S3_BUCKET_INTAKE');
  await s3.send(new PutObjectCommand({ Bucket, Key: objectKey, Body: Buffer.from(raw, 'latin1') }));
  return sesMessage({ objectKey, source: 'ada@example.net', recipients: [recipient] });
}

describe('the bundles on DynamoDB Local and Ceph', () => {
  test('file what SES announced and give it back byte for byte', async () => {
    const endpoint = await world.api('POST', '/journal-endpoints', { name: 'mail server' });
    await world.api('PUT', `/mailboxes/${endpoint.mailboxId}/access/admin`, { privileges: ['read'] });
    const mails = [
      message('plain'),
      message('plain', { top: 'Received: by mx.example.org\r\n' }),
      messageWithAttachment('with'),
    ];
    for (const [index, raw] of mails.entries()) {
      const announced = await receive(String(index), raw, endpoint.address);
      expect(await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, announced))).toEqual({ batchItemFailures: [] });
    }
    const { items } = await world.api('GET', `/mailboxes/${endpoint.mailboxId}/messages`);
    const bySubject = new Map(
      items.map((item: { readonly subject: string; readonly archiveId: string }) => [item.subject, item.archiveId]),
    );
    expect([...bySubject.keys()].toSorted()).toEqual(['plain', 'with']);
    for (const [subject, raw] of [
      ['plain', mails[0]],
      ['with', mails[2]],
    ]) {
      const answer = await world.request('GET', `/messages/${bySubject.get(subject)}/raw`);
      expect(Buffer.from(answer.body, 'base64').toString('latin1')).toBe(raw);
    }
  });

  test('leave nothing behind in intake', async () => {
    expect(await world.invoke('sweep', scheduledEvent())).toMatchObject({ queued: 0, logged: 0, unverified: 0 });
  });

  test('rebuild the tables', async () => {
    const { jobId } = await world.api('POST', '/maintenance/rebuild');
    const [job = ''] = world.aws.sent('letterlock-example-jobs');
    await world.invoke('run-maintenance', sqsEvent('letterlock-example-jobs', job));
    expect(await world.api('GET', `/jobs/${jobId}`)).toMatchObject({
      outcome: 'succeeded',
      details: { arrivals: 3, damaged: 0 },
    });
  });
});
