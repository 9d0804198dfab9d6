import { hash } from 'node:crypto';
import type { ArrivalFacts } from '../../domain/arrival.ts';
import { envelopeLine } from '../../mail/enveloped-bytes.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FiledArrival } from './file-arrival.ts';
import { ledgerItems } from './ledger.ts';

/** Where mail to addresses that are no endpoint's is kept in intake, for the 30 days of the bucket's lifecycle. */
const UNKNOWN_PREFIX = 'unknown/';

/**
 * Settles mail that a mail service took for an address at the journal domain that is no endpoint's: anybody may
 * send there, so it is no mail of ours, and a bounce would tell who guesses. Its bytes stay for a while. Safe to repeat.
 */
export async function excludeArrival(
  ports: Pick<Ports, 'intake' | 'logs'>,
  arrival: { readonly arrivalId: string; readonly facts: ArrivalFacts; readonly raw: Uint8Array },
): Promise<FiledArrival> {
  const { arrivalId, facts, raw } = arrival;
  await ports.intake.put(UNKNOWN_PREFIX + arrivalId, Buffer.concat([envelopeLine(facts), raw]), { ifAbsent: true });
  ports.logs.warn('unknown endpoint', { arrivalId });
  const contentHash = hash('sha256', raw, 'hex');
  const ledger = ledgerItems(arrivalId, facts, {
    outcome: 'excluded',
    reason: 'unknown-endpoint',
    contentHash,
    sizeBytes: raw.byteLength,
  });
  return { outcome: 'excluded', ledger, logEntries: ledger.map((item) => ({ table: 'messages', item })) };
}
