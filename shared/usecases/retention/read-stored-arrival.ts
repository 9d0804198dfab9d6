import { parseArrivalKey } from '../../domain/archive-id.ts';
import type { ArrivalHeader } from '../../domain/arrival.ts';
import type { OriginalFacts } from '../../domain/original.ts';
import { DamagedError } from '../../errors.ts';
import { carriedBy } from '../../mail/carrier.ts';
import { readOriginal } from '../../mail/read-original.ts';
import { originalIn } from '../../mail/stored-arrival.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import { type LoadedArrival, loadArrival, loadWithoutAttachments } from '../load-arrival.ts';
import type { StoredArrival } from '../stored-arrival.ts';
import { type RecordingDirectory, recordedFacts } from './recorded-facts.ts';

/** What the facts that retention needs are found with. */
export type StoredDirectory = RecordingDirectory & Pick<FilingDirectory, 'endpoint'>;

/** Everything that a rebuild needs of a stored arrival. Throws `DamagedError`. */
export async function readStored(
  ports: Pick<Ports, 'archive'>,
  directory: StoredDirectory,
  key: string,
): Promise<StoredArrival> {
  const { archiveId, decoded } = await loaded(ports, key, loadArrival);
  const original = readOriginal(originalIn(decoded));
  const { contentHash } = decoded.header.original;
  if (original?.contentHash !== contentHash) throw new DamagedError(key, 'its original has another hash');
  return await storedArrival(ports, directory, key, archiveId, decoded, original);
}

/**
 * An arrival of which a large attachment is missing: people see it in their lists, and reading it says what is wrong.
 * Throws `DamagedError` where there is more amiss.
 */
export async function readIncomplete(
  ports: Pick<Ports, 'archive'>,
  directory: StoredDirectory,
  key: string,
): Promise<StoredArrival> {
  const { archiveId, decoded } = await loaded(ports, key, loadWithoutAttachments);
  const facts = readOriginal(originalIn(decoded));
  if (!facts) throw new DamagedError(key, 'its original has no header field');
  const { contentHash, sizeBytes } = decoded.header.original;
  return await storedArrival(ports, directory, key, archiveId, decoded, { ...facts, contentHash, sizeBytes });
}

async function loaded(ports: Pick<Ports, 'archive'>, key: string, load: typeof loadArrival) {
  const ids = parseArrivalKey(key);
  const decoded = ids && (await load(ports, ids.archiveId, ids.arrivalId));
  if (!ids || !decoded) throw new DamagedError(key, 'it was listed and is gone');
  return { archiveId: ids.archiveId, decoded };
}

async function storedArrival(
  { archive }: Pick<Ports, 'archive'>,
  directory: StoredDirectory,
  key: string,
  archiveId: string,
  { header, arrival, versionId }: LoadedArrival,
  original: OriginalFacts,
): Promise<StoredArrival> {
  const { contentHash, sizeBytes } = original;
  const arrivalId = key.slice(key.lastIndexOf('/') + 1);
  const reference = {
    arrivalId,
    contentHash,
    arrivalHash: sizeBytes === arrival.length ? contentHash : sha256Hex(arrival),
    sizeBytes,
    receivedAt: header.receivedAt,
    versionId,
  };
  const { retainUntil } = (await archive.head(key)) ?? {};
  const lockedUntil = retainUntil ? { lockedUntil: retainUntil.toISOString() } : {};
  const report = header.carrier === undefined ? undefined : carriedBy(arrival, () => true).report;
  const retention = await recordedFacts(
    directory,
    header,
    original,
    report,
    await endpointsOf(directory, header),
    header.filings,
  );
  return { archiveId, reference, header, original, retention, ownObject: true, ...lockedUntil };
}

async function endpointsOf({ endpoint }: StoredDirectory, { source }: ArrivalHeader) {
  const endpoints = await Promise.all(source.endpointIds.map((endpointId) => endpoint(endpointId)));
  return endpoints.filter((one) => one !== undefined);
}
