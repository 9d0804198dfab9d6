import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiskThreads } from '../../shared/adapters/file/disk-threads.ts';
import { openFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { createMemoryQueue, type MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { createReaderProcess } from '../../shared/adapters/processes/reader-process.ts';
import { openSqliteTables } from '../../shared/adapters/sqlite/sqlite-tables.ts';
import { cryptoEntropy } from '../../shared/adapters/system/crypto-entropy.ts';
import { createFileSecrets } from '../../shared/adapters/system/file-secrets.ts';
import { noDns } from '../../shared/adapters/system/no-dns.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import type { LockMode } from '../../shared/domain/retention/lock-mode.ts';
import type { Dns } from '../../shared/ports/dns.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { MailReader } from '../../shared/ports/mail-reader.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { Tables } from '../../shared/ports/tables.ts';
import { ObjectAuditTrail } from '../../shared/usecases/audit/object-audit-trail.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { createLogEvents } from './log-events.ts';
import type { Buckets } from './probe-objects.ts';
import { LOCAL_STORES, type StoreSettings } from './store-settings.ts';

export interface LocalStores {
  readonly ports: Ports;
  readonly queue: MemoryQueue;
  readonly close: () => Promise<void>;
}

/** So many objects are synced at once; one more costs 24 MB. */
const DISK_THREADS = 4;

/** A reader of its own: what one is busy with does not hold up another. */
export function openReader(): MailReader {
  return createReaderProcess(new URL('./reader-process.ts', import.meta.url));
}

/** Name by which temporary URLs tell the derived store from others. */
export const DERIVED_BUCKET = 'derived';

/**
 * Opens everything that keeps state, below one directory:
 *
 *     objects/{intake,archive,derived}/   the three buckets
 *     tables.sqlite                       the tables
 *     secrets/                            keys, mode 600
 *
 * Objects or tables are on other servers where `stores` says so.
 */
export async function openStores(
  dataDir: string,
  logs: LogSink,
  {
    dns = noDns,
    stores = LOCAL_STORES,
    objectLock,
  }: { readonly dns?: Dns; readonly stores?: StoreSettings; readonly objectLock?: LockMode | undefined } = {},
): Promise<LocalStores> {
  await makeDurable(dataDir);
  const secrets = createFileSecrets(join(dataDir, 'secrets'));
  const signingKey = await secrets.get('url-signing');
  // The tables first: they are one process's, and what others left behind in the buckets is removed.
  const { tables, close: closeTables } = await openTables(dataDir, stores);
  const buckets = await openBuckets(dataDir, logs, { ...stores, objectLock }, signingKey).catch(
    async (error: unknown) => {
      await closeTables();
      throw error;
    },
  );
  const { intake, archive, derived } = buckets;
  const queue = createMemoryQueue();
  const ports: Ports = {
    intake,
    archive,
    derived,
    tables,
    log: new ObjectLog({ archive, clock: systemClock, entropy: cryptoEntropy }),
    audit: new ObjectAuditTrail({ archive, tables, clock: systemClock, entropy: cryptoEntropy }),
    queue,
    dns,
    events: createLogEvents(logs),
    clock: systemClock,
    entropy: cryptoEntropy,
    secrets,
    logs,
    reader: openReader(),
  };
  return { ports, queue, close: async () => void (await Promise.all([buckets.close(), closeTables()])) };
}

interface Closable {
  readonly close: () => void | Promise<void>;
}

/** The clients of other servers are loaded only where they are used: they take time and memory. */
async function openTables(
  dataDir: string,
  { dynamoDb }: StoreSettings,
): Promise<{ readonly tables: Tables } & Closable> {
  if (dynamoDb) return await (await import('./dynamodb.ts')).openDynamoDb(dynamoDb);
  const tables = await openSqliteTables({ path: join(dataDir, 'tables.sqlite') });
  return { tables, close: () => tables.close() };
}

async function openBuckets(
  dataDir: string,
  logs: LogSink,
  { s3, objectLock }: StoreSettings & { readonly objectLock: LockMode | undefined },
  signingKey: Uint8Array,
): Promise<Buckets & Closable> {
  if (s3) return await (await import('./s3-buckets.ts')).openS3Buckets(s3, logs, objectLock);
  const root = (bucket: string) => join(dataDir, 'objects', bucket);
  const threads = new DiskThreads(DISK_THREADS);
  const [intake, archive, derived] = await Promise.all([
    openFileObjectStore({ root: root('intake'), threads }),
    openFileObjectStore({ root: root('archive'), threads }),
    openFileObjectStore({ root: root('derived'), threads, urlSigner: { bucket: DERIVED_BUCKET, signingKey } }),
  ]);
  return { intake, archive, derived, close: () => undefined };
}

/** Also where an earlier start died between making it and syncing its name. */
async function makeDurable(dataDir: string): Promise<void> {
  const first = (await mkdir(dataDir, { recursive: true, mode: 0o700 })) ?? dataDir;
  for (let at = dataDir; at.length >= first.length; at = dirname(at)) await syncDirectory(at);
  await syncDirectory(dirname(first));
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
