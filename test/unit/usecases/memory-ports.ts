import { createManualClock } from '../../../shared/adapters/memory/memory-clock.ts';
import { createMemoryDns } from '../../../shared/adapters/memory/memory-dns.ts';
import { createSeededEntropy } from '../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryEvents } from '../../../shared/adapters/memory/memory-events.ts';
import { createMemoryObjectStore } from '../../../shared/adapters/memory/memory-object-store.ts';
import { createMemorySecrets } from '../../../shared/adapters/memory/memory-secrets.ts';
import { createMemoryTables } from '../../../shared/adapters/memory/memory-tables.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { inProcessReader } from '../../../shared/usecases/in-process-reader.ts';
import { ObjectLog } from '../../../shared/usecases/log/object-log.ts';

/** All ports in memory, at a fixed time; nothing that is sent to a queue is delivered. */
export function createMemoryPorts(seed: string) {
  const clock = createManualClock(new Date('2026-03-01T10:00:00.000Z'));
  const entropy = createSeededEntropy(seed);
  const archive = createMemoryObjectStore({ clock });
  return {
    intake: createMemoryObjectStore({ clock }),
    archive,
    derived: createMemoryObjectStore({ clock }),
    tables: createMemoryTables(),
    log: new ObjectLog({ archive, clock, entropy }),
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
