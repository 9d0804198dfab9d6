import type { ArrivalReference, MessageRecord } from '../../domain/message.ts';
import { originalIn } from '../../mail/stored-arrival.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { loadArrival } from '../load-arrival.ts';
import { renditionKey } from '../message-keys.ts';
import type { SignedArrival } from './announce-signatures.ts';

/**
 * The original of a filed arrival, from its own object, or from that of the arrival that brought the very same bytes
 * first. `undefined` where there is none (any more). Throws `DamagedError`.
 */
export async function loadOriginal(
  ports: Pick<Ports, 'archive' | 'tables'>,
  record: MessageRecord,
  { archiveId, arrivalId, contentHash }: SignedArrival,
): Promise<Uint8Array | undefined> {
  const own = await loadArrival(ports, archiveId, arrivalId);
  if (own) return originalIn(own);
  const same =
    record.first.contentHash === contentHash ? record.first : await renditionOf(ports, archiveId, contentHash);
  const other = same && (await loadArrival(ports, archiveId, same.arrivalId));
  return other && originalIn(other);
}

async function renditionOf(
  { tables }: Pick<Ports, 'tables'>,
  archiveId: string,
  contentHash: string,
): Promise<ArrivalReference | undefined> {
  const item = await tables.get('messages', renditionKey(archiveId, contentHash));
  return item && typed<ArrivalReference>(item).data;
}
