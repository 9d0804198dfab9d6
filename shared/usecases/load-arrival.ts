import { arrivalKey } from '../domain/archive-id.ts';
import { type DecodedArrival, decodeArrival, openArrival } from '../mail/stored-arrival.ts';
import type { Ports } from '../ports/ports.ts';

/** A stored arrival with the version that it was read from. */
export interface LoadedArrival extends DecodedArrival {
  readonly versionId: string;
}

/**
 * Reads a stored arrival, and the one it was compressed against, if any. `undefined` where there is none.
 * Throws `DamagedError`.
 */
export async function loadArrival(
  ports: Pick<Ports, 'archive'>,
  archiveId: string,
  arrivalId: string,
): Promise<LoadedArrival | undefined> {
  const key = arrivalKey(archiveId, arrivalId);
  const object = await ports.archive.get(key);
  if (!object) return undefined;
  const opened = openArrival(key, object.body);
  const { base } = opened.header;
  const whole = base === undefined ? undefined : await loadWhole(ports, archiveId, base);
  return { ...decodeArrival(key, opened, whole), versionId: object.versionId };
}

/** The bytes of an arrival that others are compressed against: it has no base of its own, or `DamagedError`. */
async function loadWhole(
  { archive }: Pick<Ports, 'archive'>,
  archiveId: string,
  arrivalId: string,
): Promise<Uint8Array | undefined> {
  const key = arrivalKey(archiveId, arrivalId);
  const object = await archive.get(key);
  return object && decodeArrival(key, openArrival(key, object.body)).arrival;
}
