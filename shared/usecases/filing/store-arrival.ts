import { arrivalKey } from '../../domain/archive-id.ts';
import type { ArrivalHeader, ResolvedFiling } from '../../domain/arrival.ts';
import type { ArrivalReference, MessageRecord } from '../../domain/message.ts';
import type { RecordedRetention } from '../../domain/retention/recorded-retention.ts';
import { DamagedError } from '../../errors.ts';
import { withoutCuts } from '../../mail/attachment-cuts.ts';
import { canBeBase, encodeArrival } from '../../mail/stored-arrival.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import { typed } from '../item-data.ts';
import { loadArrival, loadRest } from '../load-arrival.ts';
import type { ArrivalLock } from '../locks/lock-arrival.ts';
import { recordKey, renditionKey } from '../message-keys.ts';
import type { StoredArrival } from '../stored-arrival.ts';
import type { ReadArrival } from './read-arrival.ts';
import { storeAttachments } from './store-attachments.ts';

/**
 * Makes an arrival durable under a message. What an earlier attempt stored wins over what is resolved now. Where an
 * arrival with the very same bytes is stored already, nothing is written, and the caller must log what the header would
 * have said. Answers `undefined` where a purge removed what was there while this looked: the arrival starts again. With
 * `lock`, what is written is locked from the instant that it exists. Throws `PurgingError`.
 */
export async function storeArrival(
  ports: Pick<Ports, 'archive' | 'tables' | 'clock'>,
  archiveId: string,
  record: MessageRecord | undefined,
  read: ReadArrival,
  filings: readonly ResolvedFiling[],
  retention: RecordedRetention,
  lock?: ArrivalLock,
): Promise<StoredArrival | undefined> {
  const { arrivalId, arrivalHash, facts, raw, original } = read;
  const { contentHash, sizeBytes } = original;
  const header: ArrivalHeader = {
    format: 1,
    ...facts,
    filedAt: lock?.filedAt ?? ports.clock.now().toISOString(),
    original: { offset: read.originalOffset, sizeBytes, contentHash },
    ...(read.carrier === undefined ? {} : { carrier: read.carrier }),
    filings,
    ...(retention.direction === undefined ? {} : { direction: retention.direction }),
  };
  const reference = { arrivalId, contentHash, arrivalHash, sizeBytes, receivedAt: facts.receivedAt };
  const key = arrivalKey(archiveId, arrivalId);
  const same = record && (await storedWith(ports, archiveId, record, reference));
  // An earlier attempt may have stored it before the other arrival's bytes were known.
  if (same && !(await ports.archive.head(key))) {
    return { archiveId, original, header, retention, ownObject: false, reference: { ...reference, versionId: same } };
  }
  // Never against itself: a retry finds the record that its first attempt put.
  const base = record?.first.arrivalId === arrivalId ? undefined : record?.first.arrivalId;
  const cuts = await storeAttachments(ports, archiveId, raw, read.large, lock?.retainUntil);
  const own = cuts.length > 0 ? { ...header, cuts } : header;
  const until = lock?.retainUntil;
  const options = { ifAbsent: true, ...(until ? { lock: { retainUntil: until } } : {}) };
  const put = await ports.archive.put(key, await encoded(ports, archiveId, base, own, raw), options);
  if (put.outcome === 'stored') {
    const locked = until ? { lockedUntil: until.toISOString() } : {};
    const stored = { archiveId, original, header: own, retention, ownObject: true, isNew: true, ...locked };
    return { ...stored, reference: { ...reference, versionId: put.versionId } };
  }
  const there = await loadUnlessPurged(ports, archiveId, arrivalId);
  if (!there) return undefined;
  if (sha256Hex(there.arrival) !== arrivalHash) throw new DamagedError(key, 'it holds other bytes');
  const { versionId } = there;
  const { direction } = there.header;
  const kept = direction === undefined ? retention : { ...retention, direction };
  const stored = { archiveId, original, header: there.header, retention: kept, ownObject: true, isNew: false };
  return { ...stored, reference: { ...reference, versionId } };
}

/** A purge may have deleted the base of an arrival and not yet the arrival: that is no damage. */
async function loadUnlessPurged(ports: Pick<Ports, 'archive' | 'tables'>, archiveId: string, arrivalId: string) {
  try {
    return await loadArrival(ports, archiveId, arrivalId);
  } catch (error) {
    const record = await ports.tables.get('messages', recordKey(archiveId));
    if (record && typed<MessageRecord>(record).data.state === 'purged') return undefined;
    throw error;
  }
}

/** Without its cuts, and compressed against the message's first arrival where there is one: they differ by little. */
async function encoded(
  ports: Pick<Ports, 'archive'>,
  archiveId: string,
  base: string | undefined,
  header: ArrivalHeader,
  raw: Uint8Array,
): Promise<Buffer> {
  const rest = withoutCuts(raw, header.cuts ?? []);
  const first = base === undefined ? undefined : await loadBase(ports, archiveId, base);
  if (base === undefined || !first || !canBeBase(first, rest)) return encodeArrival(header, rest);
  return encodeArrival({ ...header, base }, rest, first);
}

/** A damaged first arrival is told of where it is read: what comes later is kept whole then, not kept out. */
async function loadBase(
  ports: Pick<Ports, 'archive'>,
  archiveId: string,
  base: string,
): Promise<Uint8Array | undefined> {
  try {
    return await loadRest(ports, archiveId, base);
  } catch (error) {
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}

/** The version of another arrival's object that holds the very same bytes, if there is one. */
async function storedWith(
  { tables }: Pick<Ports, 'tables'>,
  archiveId: string,
  record: MessageRecord,
  reference: Pick<ArrivalReference, 'arrivalId' | 'contentHash' | 'arrivalHash'>,
): Promise<string | undefined> {
  const isSame = (other: ArrivalReference) =>
    other.arrivalHash === reference.arrivalHash && other.arrivalId !== reference.arrivalId;
  if (record.first.contentHash === reference.contentHash) {
    return isSame(record.first) ? record.first.versionId : undefined;
  }
  const item = await tables.get('messages', renditionKey(archiveId, reference.contentHash));
  if (!item) return undefined;
  const rendition = typed<ArrivalReference>(item).data;
  return isSame(rendition) ? rendition.versionId : undefined;
}
