import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createS3Client } from '../../shared/adapters/s3/s3-client.ts';
import { createS3ObjectStore } from '../../shared/adapters/s3/s3-object-store.ts';
import { withWeakConditions } from '../../shared/adapters/s3/weak-conditions.ts';
import { bytes, streamed } from '../contract/bytes.ts';
import { objectLockContract } from '../contract/object-lock-contract.ts';
import { objectStoreContract } from '../contract/object-store-contract.ts';
import { withTestCredentials } from '../contract/test-credentials.ts';
import { type Ceph, startCeph } from './ceph.ts';

// A bucket would be asked for in any other region, which Ceph does not know.
withTestCredentials('us-east-1');

let ceph: Ceph | undefined;
let client: S3Client;
let buckets = 0;
beforeAll(async () => {
  ceph = await startCeph();
  client = createS3Client({ endpoint: ceph.endpoint });
});
afterAll(() => ceph?.stop());

async function openStore(withLock: boolean) {
  const bucket = await newBucket(withLock);
  const open = () => withWeakConditions(createS3ObjectStore({ client, bucket }));
  return { store: open(), reopen: async () => open(), close: async () => undefined };
}

async function newBucket(withLock: boolean): Promise<string> {
  const bucket = `bucket-${++buckets}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: withLock }));
  return bucket;
}

objectStoreContract('s3 on Ceph', () => openStore(false));
objectStoreContract('s3 on Ceph, with versions', () => openStore(true));
objectLockContract('s3 on Ceph', async () => {
  const now = new Date();
  return { ...(await openStore(true)), now: () => now, keepsOneVersion: false };
});

describe('the conditions and parts themselves', () => {
  // Ceph keeps to If-None-Match where there are no versions, and never to If-Match.
  test('one of many concurrent puts with If-None-Match wins', async () => {
    const store = createS3ObjectStore({ client, bucket: await newBucket(false) });
    const puts = Array.from({ length: 30 }, (_, n) => store.put('k', bytes(`writer ${n}`), { ifAbsent: true }));
    const outcomes = (await Promise.all(puts)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'exists')).toHaveLength(29);
    expect(Buffer.from((await store.get('k'))?.body ?? []).toString()).toBe(`writer ${outcomes.indexOf('stored')}`);
  });

  // Ceph takes no notice of the lock that such an object is begun with; the request is compared elsewhere.
  test('a stream of many parts is one object', async () => {
    const store = createS3ObjectStore({ client, bucket: await newBucket(true) });
    const chunks = Array.from({ length: 40 }, (_, n) => String(n % 10).repeat(1_000_003));
    const put = await store.put('k', streamed(...chunks));
    expect((await store.get('k'))?.body.length).toBe(40 * 1_000_003);
    const read = await store.get('k', { start: 1_000_000, end: 1_000_006 });
    expect(Buffer.from(read?.body ?? []).toString()).toBe('000111');
    const { versionId, etag } = (await store.head('k')) ?? {};
    expect(put).toEqual({ outcome: 'stored', versionId, etag });
  });

  test('a temporary URL gives the bytes, with type and name, to whoever has it', async () => {
    const store = createS3ObjectStore({ client, bucket: await newBucket(false) });
    await store.put('exports/k', bytes('hello'));
    const options = { seconds: 60, contentType: 'message/rfc822', fileName: 'Grüße.eml', now: new Date() };
    const answer = await fetch(await store.temporaryUrl('exports/k', options));
    expect(await answer.text()).toBe('hello');
    expect(answer.headers.get('content-type')).toBe('message/rfc822');
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.eml");
    const past = await store.temporaryUrl('exports/k', { ...options, now: new Date(Date.now() - 3_600_000) });
    expect((await fetch(past)).status).toBe(403);
  });
});
