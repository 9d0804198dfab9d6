import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createS3Client } from '../../shared/adapters/s3/s3-client.ts';
import { createS3ObjectStore } from '../../shared/adapters/s3/s3-object-store.ts';
import { collected } from '../contract/bytes.ts';
import { withTestCredentials } from '../contract/test-credentials.ts';
import { crashRounds } from '../system/crash-rounds.ts';
import { mail, type RunningSystem, removeData, send, startSystem, useStores } from '../system/running-system.ts';
import { type Ceph, startCeph } from './ceph.ts';
import { type DynamoDbLocal, fetchDynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';

// A bucket would be asked for in any other region, which Ceph does not know.
withTestCredentials('us-east-1');

let ceph: Ceph;
let dynamoDb: DynamoDbLocal;
beforeAll(async () => {
  fetchDynamoDbLocal();
  [ceph, dynamoDb] = await Promise.all([startCeph(), startDynamoDbLocal()]);
});
afterAll(() => Promise.all([ceph?.stop(), dynamoDb?.stop()]));

const known = new Map<string, Readonly<Record<string, string>>>();

/** New buckets and tables for each data directory. */
async function storesOf(dataDir: string): Promise<Readonly<Record<string, string>>> {
  const stores = known.get(dataDir) ?? (await newStores(`archive-${known.size}`));
  known.set(dataDir, stores);
  return stores;
}

async function newStores(name: string): Promise<Readonly<Record<string, string>>> {
  const client = createS3Client({ endpoint: ceph.endpoint });
  for (const [bucket, withLock] of Object.entries({ intake: false, archive: true, derived: false })) {
    const command = new CreateBucketCommand({ Bucket: `${name}-${bucket}`, ObjectLockEnabledForBucket: withLock });
    await client.send(command);
  }
  client.destroy();
  return {
    LETTERLOCK_OBJECTS: 's3',
    LETTERLOCK_S3_BUCKET_INTAKE: `${name}-intake`,
    LETTERLOCK_S3_BUCKET_ARCHIVE: `${name}-archive`,
    LETTERLOCK_S3_BUCKET_DERIVED: `${name}-derived`,
    LETTERLOCK_S3_ENDPOINT: ceph.endpoint,
    LETTERLOCK_S3_WEAK: '1',
    LETTERLOCK_TABLES: 'dynamodb',
    LETTERLOCK_TABLE_PREFIX: `${name}-`,
    LETTERLOCK_DYNAMODB_ENDPOINT: dynamoDb.endpoint,
  };
}

useStores(storesOf);

describe('what the system does on files and SQLite, on S3 and DynamoDB', () => {
  describe('journal mail', async () => void (await import('../system/journal-mail.test.ts')));
  describe('journal reports', async () => void (await import('../system/journal-reports.test.ts')));
  describe('blind copies', async () => void (await import('../system/bcc.test.ts')));
  describe('forgeries', async () => void (await import('../system/forgery.test.ts')));
  describe('a large message', async () => void (await import('../system/large-message.test.ts')));
  describe('many at once', async () => void (await import('../system/concurrency.test.ts')));
});

describe('a system on S3 and DynamoDB', () => {
  let running: RunningSystem | undefined;
  afterEach(async () => {
    await running?.stop();
    if (running) await removeData(running);
    running = undefined;
  });
  const newDataDir = () => mkdtemp(join(tmpdir(), 'letterlock-test-'));
  const raw = mail({ From: 'a@example.org', Subject: 'kept', 'Message-ID': '<kept@example.org>' });

  async function archived(system: RunningSystem): Promise<string> {
    const endpoint = await system.api.endpoint();
    await send(system.system.smtpPort, { from: 'a@example.org', to: [endpoint.address] }, raw);
    const [row] = await system.api.messages(endpoint.mailboxId, 1);
    return row.archiveId;
  }

  test('says what the S3 server lacks, and leaves nothing of the probe behind', async () => {
    running = await startSystem();
    const warning = running.logged.find(({ event }) => event.startsWith('weaker mode'));
    // Ceph keeps to If-None-Match only where there are no versions.
    expect(warning?.fields).toEqual({
      missing: ['If-None-Match in the archive bucket', 'If-Match in the derived bucket'],
    });
    const client = createS3Client({ endpoint: ceph.endpoint });
    for (const [name, bucket = ''] of Object.entries(await storesOf(running.dataDir))) {
      if (!name.startsWith('LETTERLOCK_S3_BUCKET_')) continue;
      expect(await collected(createS3ObjectStore({ client, bucket }).listVersions('probe/'))).toEqual([]);
    }
    client.destroy();
  });

  test('does not start in the weaker mode unasked', async () => {
    const starting = startSystem({ dataDir: await newDataDir(), env: { LETTERLOCK_S3_WEAK: '' } });
    await expect(starting).rejects.toThrow(/lacks .*If-None-Match in the archive bucket.*LETTERLOCK_S3_WEAK=1/);
  });

  test('says that an archive bucket without Object Lock has none', async () => {
    const dataDir = await newDataDir();
    const { LETTERLOCK_S3_BUCKET_DERIVED: derived = '' } = await storesOf(await newDataDir());
    const env = { LETTERLOCK_S3_WEAK: '', LETTERLOCK_S3_BUCKET_ARCHIVE: derived };
    await expect(startSystem({ dataDir, env })).rejects.toThrow(/versions in the archive.*Object Lock in the archive/);
  });

  test('does not start without its buckets', async () => {
    const starting = startSystem({ dataDir: await newDataDir(), env: { LETTERLOCK_S3_BUCKET_INTAKE: 'no-such' } });
    await expect(starting).rejects.toThrow(/storage failed: .*NoSuchBucket/);
  });

  test('has everything after a restart, and after its tables are lost', async () => {
    running = await startSystem();
    const { dataDir } = running;
    const archiveId = await archived(running);
    await running.stop();
    running = await startSystem({ dataDir });
    expect((await running.api.raw(archiveId)).toString('latin1')).toBe(raw);
    await running.stop();
    running = await startSystem({ dataDir, env: { LETTERLOCK_TABLE_PREFIX: 'others-' } });
    expect(running.logged.map(({ event }) => event)).toContain('tables rebuilt from the archive');
    expect((await running.api.raw(archiveId)).toString('latin1')).toBe(raw);
  });

  test('has mail that got its 250 exactly once after kills at random moments', async () => {
    for (const [name, value] of Object.entries(await newStores('killed'))) vi.stubEnv(name, value);
    await expect(crashRounds({ kills: 3, messages: 60 })).resolves.toBeUndefined();
  });
});
