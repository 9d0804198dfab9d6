import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { ArrivalReference, MessageRecord } from '../../domain/message.ts';
import { DamagedError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import { typed } from '../item-data.ts';
import { loadArrival } from '../load-arrival.ts';
import { recordKey, renditionKey } from '../message-keys.ts';

/**
 * The bytes of what the ledger says is archived, read from the archive now: its own object, or that of the arrival
 * with the very same bytes. `undefined` where they are not there, are damaged, or the message is not live.
 */
export async function readBack(
  ports: Pick<Ports, 'archive' | 'tables'>,
  { archiveId, arrivalId, contentHash, arrivalHash = contentHash }: LedgerEntry,
): Promise<Uint8Array | undefined> {
  if (archiveId === undefined) return undefined;
  const item = await ports.tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (record?.state !== 'live') return undefined;
  const rendition = await ports.tables.get('messages', renditionKey(archiveId, contentHash));
  const others = [record.first, ...(rendition ? [typed<ArrivalReference>(rendition).data] : [])];
  const same = others.filter((other) => other.arrivalHash === arrivalHash).map((other) => other.arrivalId);
  for (const id of new Set([arrivalId, ...same])) {
    const bytes = await bytesOf(ports, archiveId, id);
    if (bytes && sha256Hex(bytes) === arrivalHash) return bytes;
  }
  return undefined;
}

async function bytesOf(
  ports: Pick<Ports, 'archive'>,
  archiveId: string,
  arrivalId: string,
): Promise<Uint8Array | undefined> {
  try {
    return (await loadArrival(ports, archiveId, arrivalId))?.arrival;
  } catch (error) {
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}
