import type { ArrivalFacts, QuarantineReason } from '../../domain/arrival.ts';
import { LEDGER_RECIPIENTS } from '../../domain/ledger-entry.ts';
import { type Quarantined, quarantineIdOf, quarantineKey } from '../../domain/quarantined.ts';
import { envelopeLine } from '../../mail/enveloped-bytes.ts';
import type { Item } from '../../ports/tables.ts';
import { sha256Hex } from '../arrival-id.ts';
import { dataOf } from '../item-data.ts';
import { lockOfQuarantined } from '../locks/lock-quarantined.ts';
import type { StorageLocks } from '../locks/storage-locks.ts';
import { quarantineItemKey } from '../message-keys.ts';
import type { FiledArrival } from './file-arrival.ts';
import type { FilingPorts } from './filing-context.ts';
import { ledgerItems } from './ledger.ts';

/**
 * Keeps an arrival that cannot be filed: the bytes durable in the archive bucket, and locked where `locks` are set,
 * then its item. The caller logs and puts the ledger entry, as for any arrival. Safe to repeat.
 */
export async function quarantineArrival(
  ports: Pick<FilingPorts, 'archive' | 'tables' | 'clock' | 'events' | 'logs'>,
  arrival: { readonly arrivalId: string; readonly facts: ArrivalFacts; readonly raw: Uint8Array },
  reason: QuarantineReason,
  locks?: StorageLocks,
): Promise<FiledArrival> {
  const { arrivalId, facts, raw } = arrival;
  const id = quarantineIdOf(facts.receivedAt, arrivalId);
  const key = quarantineKey(id);
  const now = ports.clock.now();
  const policies = (await locks?.policies.now())?.prepared;
  const retainUntil = policies && lockOfQuarantined(facts, raw.length, policies, { archivedAt: now, now });
  const options = { ifAbsent: true, ...(retainUntil ? { lock: { retainUntil } } : {}) };
  await ports.archive.put(key, Buffer.concat([envelopeLine(facts), raw]), options);
  const item = quarantineItem({ ...facts, id, arrivalId, reason, key, sizeBytes: raw.length });
  if ((await ports.tables.putIfAbsent('activity', item)) === 'stored') {
    await tell(ports, id, reason);
  }
  const contentHash = sha256Hex(raw);
  const outcome = { outcome: 'quarantined', reason, contentHash, sizeBytes: raw.length } as const;
  const ledger = ledgerItems(arrivalId, facts, outcome);
  const entries = ledger.map((entry) => ({ table: 'messages', item: entry }) as const);
  return { outcome: 'quarantined', ledger, logEntries: [...entries, { table: 'activity', item }] };
}

/** The arrival is safe by now: an event that cannot be published must not stop its filing. */
async function tell(ports: Pick<FilingPorts, 'clock' | 'events' | 'logs'>, id: string, reason: string): Promise<void> {
  try {
    await ports.events.publish({ type: 'messageQuarantined', at: ports.clock.now(), detail: { id, reason } });
  } catch (error) {
    ports.logs.warn('event not published', { id, error });
  }
}

function quarantineItem(quarantined: Quarantined): Item {
  const { envelope } = quarantined;
  const short = { ...envelope, rcptTo: envelope.rcptTo.slice(0, LEDGER_RECIPIENTS) };
  return { ...quarantineItemKey(quarantined.id), version: 1, data: dataOf({ ...quarantined, envelope: short }) };
}
