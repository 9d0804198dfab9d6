import { DamagedSegmentError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Manifest } from '../../../search/manifest.ts';
import { manifestKey } from './index-keys.ts';
import type { IndexUnit } from './index-unit.ts';
import { isManifestLost } from './known-units.ts';

/** Stands for the manifest of a unit where segments are named. */
export const MANIFEST = 'manifest';

/** A manifest with what tells whether it is still the same. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** Absent where there is none yet. */
  readonly etag?: string;
}

/** The manifest of a unit, one without segments where there is none yet. Throws `DamagedSegmentError` where it cannot be read. */
export async function readManifest({ derived }: Pick<Ports, 'derived'>, unit: IndexUnit): Promise<ReadManifest> {
  const object = await derived.get(manifestKey(unit));
  if (!object) return { manifest: emptyManifest(unit) };
  return { manifest: parsed(manifestKey(unit), object.body), etag: object.etag };
}

/** The same for whoever changes the unit: throws `DamagedSegmentError` also where there was one and it is gone. */
export async function readToChange(ports: Pick<Ports, 'derived' | 'tables'>, unit: IndexUnit): Promise<ReadManifest> {
  const read = await readManifest(ports, unit);
  if (read.etag === undefined && (await isManifestLost(ports, unit))) {
    throw new DamagedSegmentError(`${manifestKey(unit)} is gone`, { segmentId: MANIFEST });
  }
  return read;
}

export function emptyManifest({ mailboxId, part }: IndexUnit): Manifest {
  return { format: 1, mailboxId, part, generation: 0, segments: [], doneMarks: [] };
}

/**
 * Puts `next` in the place of `read`; `undefined` where another has replaced it since. A change whose answer was lost
 * may count as another's: whoever starts again finds it done.
 */
export async function commitManifest(
  { derived }: Pick<Ports, 'derived'>,
  { manifest, etag }: ReadManifest,
  next: Omit<Manifest, 'format' | 'mailboxId' | 'part' | 'generation'>,
): Promise<ReadManifest | undefined> {
  const { format, mailboxId, part, generation } = manifest;
  const changed: Manifest = { format, mailboxId, part, generation: generation + 1, ...next };
  const condition = etag === undefined ? { ifAbsent: true } : { ifMatch: etag };
  const put = await derived.put(manifestKey(manifest), Buffer.from(JSON.stringify(changed)), condition);
  return put.outcome === 'stored' ? { manifest: changed, etag: put.etag } : undefined;
}

function parsed(key: string, body: Uint8Array): Manifest {
  try {
    const manifest: unknown = JSON.parse(Buffer.from(body).toString());
    if (isManifest(manifest)) return manifest;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new DamagedSegmentError(`${key} is no manifest`, { segmentId: MANIFEST });
}

/** Written by this code alone, so that more than its beginning need not be asked: storage damages by the byte. */
function isManifest(value: unknown): value is Manifest {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && 'format' in value && value.format === 1 && 'segments' in value && Array.isArray(value.segments);
}
