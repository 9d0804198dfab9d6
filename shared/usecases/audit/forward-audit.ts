import { batchKey } from '../../domain/audit-chain.ts';
import type { AuditEvent } from '../../domain/audit-event.ts';
import { DamagedError } from '../../errors.ts';
import { decodeAuditBatch } from '../../mail/audit-object.ts';
import type { AuditReceiver } from '../../ports/audit-receiver.ts';
import type { Ports } from '../../ports/ports.ts';
import { chainsBehind, recordDone, recordProgress } from './chain-progress.ts';

type ForwardPorts = Pick<Ports, 'archive' | 'tables' | 'clock' | 'logs'>;

const FOLLOWER = 'receiver';
/** Events of one delivery, about: bounds memory, and what comes twice after a failure. */
const MAX_EVENTS = 1_000;

/**
 * Tells `receiver` of all durable events that it has not taken yet, at first of those since yesterday; at least once
 * each, those of a process in their order. Answers how many. Where a delivery fails, what it throws comes through, and
 * the next run goes on there.
 */
export async function forwardAudit(ports: ForwardPorts, receiver: AuditReceiver): Promise<number> {
  const startedAt = ports.clock.now();
  let delivered = 0;
  let events: AuditEvent[] = [];
  for await (const { head, done } of chainsBehind(ports, FOLLOWER)) {
    for (let n = done + 1; n <= head.n; n++) {
      events.push(...(await eventsOf(ports, batchKey(head.chain, n))));
      if (events.length < MAX_EVENTS && n < head.n) continue;
      if (events.length > 0) await receiver.deliver(events);
      await recordProgress(ports, FOLLOWER, [{ chain: head.chain, n }]);
      delivered += events.length;
      events = [];
    }
  }
  await recordDone(ports, FOLLOWER, startedAt);
  return delivered;
}

/** A batch that is damaged or gone must not hold up what comes after it; verifying names it. */
async function eventsOf({ archive, logs }: ForwardPorts, key: string): Promise<readonly AuditEvent[]> {
  try {
    const object = await archive.get(key);
    if (!object) throw new DamagedError(key, 'it is gone');
    return decodeAuditBatch(key, object.body).events;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    logs.error('object damaged', { key, error });
    return [];
  }
}
