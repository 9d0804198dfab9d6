import { join } from 'node:path';
import { startWorkers } from '../../infra/local/workers.ts';
import { DiskThreads } from '../../shared/adapters/file/disk-threads.ts';
import { openFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { createMemoryDns } from '../../shared/adapters/memory/memory-dns.ts';
import { createMemoryEvents } from '../../shared/adapters/memory/memory-events.ts';
import { createMemorySecrets } from '../../shared/adapters/memory/memory-secrets.ts';
import { createMemoryQueue, type MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { openSqliteTables } from '../../shared/adapters/sqlite/sqlite-tables.ts';
import { cryptoEntropy } from '../../shared/adapters/system/crypto-entropy.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { ObjectAuditTrail } from '../../shared/usecases/audit/object-audit-trail.ts';
import { type ConfigurationContext, createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import type { FilingDirectory } from '../../shared/usecases/filing-directory.ts';
import { inProcessReader } from '../../shared/usecases/in-process-reader.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { Faults, faultyObjects, faultyTables } from './faulty-stores.ts';

export const JOURNAL_DOMAIN = 'journal.test';
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Retries follow at once: what is waited for here is the other calls, not a store that recovers. */
const RETRY = { retryDelayMs: 1, maxRetryDelayMs: 16 };

/** One process, as far as this one can play it: all its calls to stores go through its faults. */
export interface Life {
  readonly ports: Ports;
  readonly queue: MemoryQueue;
  readonly configuration: ConfigurationContext;
  readonly directory: FilingDirectory;
  readonly faults: Faults;
  /** Closes the stores; of a process that died, after `faults.death()`. */
  end(): Promise<void>;
}

/** They outlast the processes, as nothing ends them. */
const threads = new DiskThreads(4);

/** Opens files and tables below `dataDir` behind faults, and starts the workers. */
export async function beginLife(dataDir: string, faults = new Faults({ seed: 0, chance: 0 })): Promise<Life> {
  const open = (name: string) => openFileObjectStore({ root: join(dataDir, 'objects', name), threads });
  const [intake, archive, derived] = [await open('intake'), await open('archive'), await open('derived')];
  const tables = await openSqliteTables({ path: join(dataDir, 'tables.sqlite') });
  const queue = createMemoryQueue(RETRY);
  const faultyArchive = faultyObjects(archive, faults);
  const ports: Ports = {
    intake: faultyObjects(intake, faults),
    archive: faultyArchive,
    derived: faultyObjects(derived, faults),
    tables: faultyTables(tables, faults),
    log: new ObjectLog({ archive: faultyArchive, clock: systemClock, entropy: cryptoEntropy }),
    audit: new ObjectAuditTrail({ archive: faultyArchive, tables, clock: systemClock, entropy: cryptoEntropy }),
    queue: { send: (...call) => faults.run('send', () => queue.send(...call)) },
    dns: createMemoryDns(),
    events: createMemoryEvents(),
    clock: systemClock,
    entropy: cryptoEntropy,
    secrets: createMemorySecrets(cryptoEntropy),
    logs: silent,
    reader: inProcessReader,
  };
  const configuration = createConfigurationContext(ports, { journalDomain: JOURNAL_DOMAIN });
  const directory = bookDirectory(configuration);
  startWorkers(ports, queue, {
    ports,
    directory,
    journalDomain: JOURNAL_DOMAIN,
    singleInstanceBytes: SINGLE_INSTANCE_BYTES,
  });
  return { ports, queue, configuration, directory, faults, end: () => tables.close() };
}
