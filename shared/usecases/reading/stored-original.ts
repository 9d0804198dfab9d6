import { arrivalKey } from '../../domain/archive-id.ts';
import type { ArrivalHeader } from '../../domain/arrival.ts';
import type { ArrivalReference, MessageRecord } from '../../domain/message.ts';
import { DamagedError, NotFoundError } from '../../errors.ts';
import { originalIn } from '../../mail/stored-arrival.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import { typed } from '../item-data.ts';
import { loadArrival } from '../load-arrival.ts';
import { messagePartition, RENDITION_PREFIX, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

export type ReadingPorts = Pick<Ports, 'archive' | 'tables' | 'clock' | 'events' | 'logs' | 'reader'>;

export interface StoredOriginal {
  readonly header: ArrivalHeader;
  /** The exact bytes of the original. */
  readonly original: Buffer;
  /** The exact bytes of the arrival around it. */
  readonly arrival: Buffer;
}

/** The record of a live message; throws `NotFoundError`. */
export async function liveRecord({ tables }: Pick<Ports, 'tables'>, archiveId: string): Promise<MessageRecord> {
  const item = await tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (record?.state !== 'live') throw new NotFoundError(`message ${archiveId}`);
  return record;
}

/** How many renditions of a message are answered: whoever re-sends a message decides how many there are. */
const MAX_RENDITIONS = 200;

/** The distinct byte strings among the originals of a message, the first one first. */
export async function renditionsOf(
  ports: Pick<Ports, 'tables'>,
  archiveId: string,
  record: MessageRecord,
): Promise<readonly ArrivalReference[]> {
  const renditions = [record.first];
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: RENDITION_PREFIX })) {
    if (renditions.length >= MAX_RENDITIONS) break;
    renditions.push(typed<ArrivalReference>(item).data);
  }
  return renditions;
}

/**
 * Reads an original and compares it with the hash recorded at filing. Throws `DamagedError`, and
 * publishes `integrityViolation`, where it is missing or not what was filed.
 */
export async function readStoredOriginal(
  ports: ReadingPorts,
  archiveId: string,
  reference: ArrivalReference,
): Promise<StoredOriginal> {
  const key = arrivalKey(archiveId, reference.arrivalId);
  try {
    const decoded = await loadArrival(ports, archiveId, reference.arrivalId);
    if (!decoded) throw new DamagedError(key, 'it is missing');
    const original = originalIn(decoded);
    if (sha256Hex(original) !== reference.contentHash) throw new DamagedError(key, 'its original has another hash');
    return { header: decoded.header, original, arrival: decoded.arrival };
  } catch (error) {
    if (error instanceof DamagedError) await tell(ports, key, error);
    throw error;
  }
}

async function tell(ports: ReadingPorts, key: string, error: DamagedError): Promise<void> {
  ports.logs.error('object damaged', { key, error });
  try {
    await ports.events.publish({ type: 'integrityViolation', at: ports.clock.now(), detail: { key } });
  } catch (unpublished) {
    ports.logs.warn('event not published', { key, error: unpublished });
  }
}
