import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiskThreads } from '../../shared/adapters/file/disk-threads.ts';
import { openFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { createMemoryQueue, type MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { openSqliteTables, type SqliteTables } from '../../shared/adapters/sqlite/sqlite-tables.ts';
import { cryptoEntropy } from '../../shared/adapters/system/crypto-entropy.ts';
import { createFileSecrets } from '../../shared/adapters/system/file-secrets.ts';
import { noDns } from '../../shared/adapters/system/no-dns.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import { createReaderThread } from '../../shared/adapters/threads/reader-threads.ts';
import type { Dns } from '../../shared/ports/dns.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { MailReader } from '../../shared/ports/mail-reader.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { createLogEvents } from './log-events.ts';

export interface LocalStores {
  readonly ports: Ports;
  readonly queue: MemoryQueue;
  readonly close: () => Promise<void>;
}

/** So many objects are synced at once; one more costs 24 MB. */
const DISK_THREADS = 4;

/** A reader of its own: what one is busy with does not hold up another. */
export function openReader(): MailReader {
  return createReaderThread(new URL('./reader-thread.ts', import.meta.url));
}

/** Name by which temporary URLs tell the derived store from others. */
export const DERIVED_BUCKET = 'derived';

/**
 * Opens everything that keeps state, below one directory:
 *
 *     objects/{intake,archive,derived}/   the three buckets
 *     tables.sqlite                       the tables
 *     secrets/                            keys, mode 600
 */
export async function openStores(dataDir: string, logs: LogSink, dns: Dns = noDns): Promise<LocalStores> {
  await makeDurable(dataDir);
  const secrets = createFileSecrets(join(dataDir, 'secrets'));
  const tables: SqliteTables = await openSqliteTables({ path: join(dataDir, 'tables.sqlite') });
  const bucket = (name: string) => join(dataDir, 'objects', name);
  const signingKey = await secrets.get('url-signing');
  const threads = new DiskThreads(DISK_THREADS);
  const [intake, archive, derived] = await Promise.all([
    openFileObjectStore({ root: bucket('intake'), threads }),
    openFileObjectStore({ root: bucket('archive'), threads }),
    openFileObjectStore({ root: bucket('derived'), threads, urlSigner: { bucket: DERIVED_BUCKET, signingKey } }),
  ]);
  const queue = createMemoryQueue();
  const ports: Ports = {
    intake,
    archive,
    derived,
    tables,
    log: new ObjectLog({ archive, clock: systemClock, entropy: cryptoEntropy }),
    queue,
    dns,
    events: createLogEvents(logs),
    clock: systemClock,
    entropy: cryptoEntropy,
    secrets,
    logs,
    reader: openReader(),
  };
  return { ports, queue, close: () => tables.close() };
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
