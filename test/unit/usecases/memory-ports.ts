import { createManualClock } from '../../../shared/adapters/memory/memory-clock.ts';
import { createMemoryDns } from '../../../shared/adapters/memory/memory-dns.ts';
import { createSeededEntropy } from '../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryEvents } from '../../../shared/adapters/memory/memory-events.ts';
import { createMemoryObjectStore } from '../../../shared/adapters/memory/memory-object-store.ts';
import { createMemorySecrets } from '../../../shared/adapters/memory/memory-secrets.ts';
import { createMemoryTables } from '../../../shared/adapters/memory/memory-tables.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { ObjectAuditTrail } from '../../../shared/usecases/audit/object-audit-trail.ts';
import { inProcessReader } from '../../../shared/usecases/in-process-reader.ts';
import { ObjectLog } from '../../../shared/usecases/log/object-log.ts';

/** All ports in memory, at a fixed time; nothing that is sent to a queue is delivered. */
export function createMemoryPorts(seed: string) {
  const clock = createManualClock(new Date('2026-03-01T10:00:00.000Z'));
  const entropy = createSeededEntropy(seed);
  const archive = createMemoryObjectStore({ clock });
  const tables = createMemoryTables();
  return {
    intake: createMemoryObjectStore({ clock }),
    archive,
    derived: createMemoryObjectStore({ clock }),
    tables,
    log: new ObjectLog({ archive, clock, entropy }),
    audit: new ObjectAuditTrail({ archive, tables, clock, entropy }),
    queue: { send: async () => undefined },
    dns: createMemoryDns(),
    events: createMemoryEvents(),
    clock,
    entropy,
    secrets: createMemorySecrets(entropy),
    logs: { info: () => undefined, warn: () => undefined, error: () => undefined },
    reader: inProcessReader,
  } satisfies Ports;
}
