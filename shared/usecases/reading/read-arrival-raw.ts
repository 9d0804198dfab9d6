import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import { DamagedError, NotFoundError } from '../../errors.ts';
import { sha256Hex } from '../arrival-id.ts';
import { typed } from '../item-data.ts';
import { loadArrival } from '../load-arrival.ts';
import { ARRIVAL_PREFIX, messagePartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { liveRecord, type ReadingPorts, renditionsOf } from './stored-original.ts';

/**
 * The exact bytes of one arrival of a live message, its carrier included, compared with the hash recorded
 * at filing. Throws `NotFoundError`, `DamagedError`.
 */
export async function readArrivalRaw(ports: ReadingPorts, archiveId: string, arrivalId: string): Promise<Uint8Array> {
  const record = await liveRecord(ports, archiveId);
  const own = await loadArrival(ports, archiveId, arrivalId);
  if (own) {
    const { offset, sizeBytes, contentHash } = own.header.original;
    if (sha256Hex(own.arrival.subarray(offset, offset + sizeBytes)) === contentHash) return own.arrival;
    throw new DamagedError(`arrival ${arrivalId}`, 'its original has another hash');
  }
  // The very same bytes, carrier included, lie under the arrival that brought them first.
  const entry = await laterArrival(ports, archiveId, arrivalId);
  const renditions = await renditionsOf(ports, archiveId, record);
  const same = renditions.find(({ contentHash }) => contentHash === entry.contentHash);
  const other = same && (await loadArrival(ports, archiveId, same.arrivalId));
  if (!other || sha256Hex(other.arrival) !== (entry.arrivalHash ?? entry.contentHash)) {
    throw new DamagedError(`arrival ${arrivalId}`, 'the bytes it shares are missing or others');
  }
  return other.arrival;
}

async function laterArrival(ports: ReadingPorts, archiveId: string, arrivalId: string): Promise<LedgerEntry> {
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: ARRIVAL_PREFIX })) {
    const entry = typed<LedgerEntry>(item).data;
    if (entry.arrivalId === arrivalId) return entry;
  }
  throw new NotFoundError(`arrival ${arrivalId} of message ${archiveId}`);
}
