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
  // A base is stored whole, so this goes one deep.
  const baseArrival = base === undefined ? undefined : await loadArrival(ports, archiveId, base);
  return { ...decodeArrival(key, opened, baseArrival?.arrival), versionId: object.versionId };
}
