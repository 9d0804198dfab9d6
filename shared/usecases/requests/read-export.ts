import type { DataRequest } from '../../domain/requests/data-request.ts';
import type { Ports } from '../../ports/ports.ts';
import { type ExportCounts, keptExport, type PartFacts, partKey, partsThere } from './export-objects.ts';

type ReadPorts = Pick<Ports, 'derived' | 'clock'>;
type ExportedRequest = Pick<DataRequest, 'requestId'>;

/** What was exported last for a request, as far as it is there. Times are ISO 8601, UTC. */
export interface ExportView {
  readonly jobId: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly counts: ExportCounts;
  /** By their numbers, which the others keep where one is gone. */
  readonly parts: readonly (PartFacts & { readonly part: number })[];
  /** The numbers of parts that went because a message in them was deleted for good: who needs the rest of them exports again. */
  readonly deletedParts: readonly number[];
}

/** `undefined` where nothing was exported yet, or it has expired. */
export async function readExport(ports: ReadPorts, { requestId }: ExportedRequest): Promise<ExportView | undefined> {
  const kept = await keptExport(ports, requestId);
  if (!kept) return undefined;
  const { jobId, madeAt, expiresAt, counts } = kept;
  const there = await partsThere(ports, requestId, jobId);
  const parts = kept.parts.map((facts, index) => ({ part: index + 1, ...facts }));
  return {
    jobId,
    madeAt,
    expiresAt,
    counts,
    parts: parts.filter(({ part }) => there.has(part)),
    deletedParts: parts.filter(({ part }) => !there.has(part)).map(({ part }) => part),
  };
}

/** How long the address of a part can be used. */
const ADDRESS_SECONDS = 60;

/**
 * An address that gives the ZIP file of a part for a minute to whoever has it; `undefined` where there is none, any
 * more or at all.
 */
export async function addressOfPart(
  ports: ReadPorts,
  { requestId }: ExportedRequest,
  part: number,
): Promise<string | undefined> {
  const kept = await keptExport(ports, requestId);
  if (!kept?.parts[part - 1]) return undefined;
  const key = partKey(requestId, kept.jobId, part);
  if (!(await ports.derived.head(key))) return undefined;
  return await ports.derived.temporaryUrl(key, {
    seconds: ADDRESS_SECONDS,
    contentType: 'application/zip',
    fileName: `${requestId}-part-${part}.zip`,
    now: ports.clock.now(),
  });
}
