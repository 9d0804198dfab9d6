import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { volumeCountKey } from '../message-keys.ts';
import type { FiledArrival } from './file-arrival.ts';
import type { FilingPorts } from './filing-context.ts';

/** What one batch brought an endpoint. */
export interface VolumeCount {
  readonly count: number;
  /** How many of them went to quarantine. */
  readonly quarantined: number;
  /** When the last of them was received; ISO 8601, UTC. */
  readonly lastReceivedAt: string;
}

/** Long enough for the watch of the endpoints to come late. */
const KEPT_SECONDS = 8 * 24 * 60 * 60;

/**
 * One item per batch and endpoint that says how much arrived, for the watch of the endpoints. It stands under
 * the time of filing, so that nothing is added to an hour that is over. A batch that comes again is counted
 * again: good enough for an alarm; numbers that must add up come from the ledger.
 */
export function volumeCountItems(
  ports: Pick<FilingPorts, 'clock' | 'entropy'>,
  filed: readonly FiledArrival[],
): readonly Item[] {
  const now = ports.clock.now();
  const counts = new Map<string, VolumeCount>();
  for (const { ledger } of filed) {
    const [entry] = ledger;
    if (!entry) continue;
    const { source, outcome, receivedAt } = typed<LedgerEntry>(entry).data;
    for (const endpointId of source.endpointIds) {
      const { count, quarantined, lastReceivedAt } = counts.get(endpointId) ?? NONE;
      counts.set(endpointId, {
        count: count + 1,
        quarantined: quarantined + (outcome === 'quarantined' ? 1 : 0),
        lastReceivedAt: [receivedAt, lastReceivedAt].sort().at(-1) ?? receivedAt,
      });
    }
  }
  const batchId = Buffer.from(ports.entropy.bytes(6)).toString('hex');
  const expiresAt = Math.ceil(now.getTime() / 1000) + KEPT_SECONDS;
  return [...counts].map(([endpointId, count]) => ({
    ...volumeCountKey(endpointId, now.toISOString(), batchId),
    version: 1,
    expiresAt,
    data: dataOf(count),
  }));
}

const NONE: VolumeCount = { count: 0, quarantined: 0, lastReceivedAt: '' };
