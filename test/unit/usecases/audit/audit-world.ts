import { createManualClock } from '../../../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryObjectStore } from '../../../../shared/adapters/memory/memory-object-store.ts';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { AuditEvent } from '../../../../shared/domain/audit-event.ts';
import { ObjectAuditTrail } from '../../../../shared/usecases/audit/object-audit-trail.ts';
import { newId } from '../../../../shared/usecases/new-id.ts';

/** An archive bucket and tables; `process()` begins a trail as a further process would. */
export function createAuditWorld(seed = 'audit') {
  const clock = createManualClock(new Date('2026-03-01T10:00:00.000Z'));
  const entropy = createSeededEntropy(seed);
  const archive = createMemoryObjectStore({ clock });
  const tables = createMemoryTables();
  const logged: unknown[] = [];
  const log = (event: string, fields?: unknown) => void logged.push({ event, fields });
  const logs = { info: log, warn: log, error: log };
  const ports = { archive, tables, clock, entropy, logs };
  const event = (change: Partial<AuditEvent> = {}): AuditEvent => ({
    eventId: newId(ports, 'event'),
    at: clock.now().toISOString(),
    actor: { userName: 'ann' },
    source: '192.0.2.1',
    action: 'read.view',
    object: { kind: 'message', id: `1-${'a'.repeat(64)}` },
    outcome: 'done',
    ...change,
  });
  return { ...ports, ports, logged, event, process: () => new ObjectAuditTrail(ports) };
}

export type AuditWorld = ReturnType<typeof createAuditWorld>;

/** The keys of the bucket below a prefix. */
export async function keysBelow({ archive }: Pick<AuditWorld, 'archive'>, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of archive.list(prefix)) keys.push(key);
  return keys;
}

/** The bytes under a key that is there. */
export async function bytesOf({ archive }: Pick<AuditWorld, 'archive'>, key: string): Promise<Buffer> {
  const object = await archive.get(key);
  if (!object) throw new Error(`there is no ${key}`);
  return Buffer.from(object.body);
}
