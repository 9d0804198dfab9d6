import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';
import { unverifiedKey } from '../message-keys.ts';

/** A filed arrival whose original has signatures. */
export interface SignedArrival {
  readonly archiveId: string;
  readonly arrivalId: string;
  /** Of the original: finds the bytes where another arrival brought them first. */
  readonly contentHash: string;
  /** Of the original. */
  readonly sizeBytes: number;
  readonly receivedAt: string;
}

/** Arrivals that wait to have their signatures verified; kept until all of them have a verdict. */
export interface UnverifiedBatch {
  readonly arrivals: readonly SignedArrival[];
  /** How often it was begun. */
  readonly attempts: number;
  /** When the queue is to deliver it; ISO 8601, UTC. */
  readonly dueAt: string;
}

/** What stands in a message of the queue `signatures`: a nudge, the batch is the work. */
export interface SignaturesNudge {
  readonly batchId: string;
}

/** Arrivals of one batch: keeps its item far below the 400 KB that a table item may have. */
const MAX_ARRIVALS = 500;

/** The items to be put before the ledger says that these are filed; then `announceSignatures`. */
export function unverifiedItems(
  { clock, entropy }: Pick<Ports, 'clock' | 'entropy'>,
  arrivals: readonly SignedArrival[],
): readonly Item[] {
  const dueAt = clock.now().toISOString();
  const items: Item[] = [];
  for (let start = 0; start < arrivals.length; start += MAX_ARRIVALS) {
    const batch: UnverifiedBatch = { arrivals: arrivals.slice(start, start + MAX_ARRIVALS), attempts: 0, dueAt };
    const batchId = `${dueAt}#${Buffer.from(entropy.bytes(6)).toString('hex')}`;
    items.push({ ...unverifiedKey(batchId), version: 1, data: dataOf(batch) });
  }
  return items;
}

/** Nudges whoever verifies. A queue that fails costs time only, because the sweep queues what was left. */
export async function announceSignatures(
  { queue, logs }: Pick<Ports, 'queue' | 'logs'>,
  items: readonly Item[],
): Promise<void> {
  for (const { sk: batchId } of items) {
    const nudge: SignaturesNudge = { batchId };
    try {
      await queue.send('signatures', JSON.stringify(nudge));
    } catch (error) {
      logs.warn('signatures not queued', { batchId, error });
    }
  }
}
