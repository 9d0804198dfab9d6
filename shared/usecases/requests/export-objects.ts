import { EXPORT_DAYS } from '../../domain/export-days.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';

/** Where everything lies that was exported for access requests. */
const ACCESS_EXPORTS = 'exports/access/';

/** A part as it was written: how many messages it has, and its size as a file. */
export interface PartFacts {
  readonly messages: number;
  readonly sizeBytes: number;
}

/** How many messages of a request ended how in an export. */
export interface ExportCounts {
  /** Whose original is in a part. */
  readonly exported: number;
  /** Somebody decided that they are kept back, with a reason. */
  readonly withheld: number;
  /** Deleted since they were found. */
  readonly gone: number;
  /** That could not be read; the index says why. */
  readonly damaged: number;
}

export const NOTHING_EXPORTED: ExportCounts = { exported: 0, withheld: 0, gone: 0, damaged: 0 };

/** What was exported last for a request: written once all its parts are. Times are ISO 8601, UTC. */
export interface KeptExport {
  readonly format: 1;
  readonly jobId: string;
  readonly madeAt: string;
  /** From when on its first part may be gone. */
  readonly expiresAt: string;
  readonly counts: ExportCounts;
  /** In their order; they are called by their numbers, from 1. */
  readonly parts: readonly PartFacts[];
}

/** The object of a part, by its number, from 1. */
export function partKey(requestId: string, jobId: string, part: number): ObjectKey {
  return `${partPrefix(requestId, jobId)}${part}.zip`;
}

/** When what was written at `beganAt` is gone. */
export function expiryOf(beganAt: string): string {
  return new Date(Date.parse(beganAt) + EXPORT_DAYS * 24 * 60 * 60_000).toISOString();
}

export async function keepExport(
  { derived }: Pick<Ports, 'derived'>,
  requestId: string,
  kept: KeptExport,
): Promise<void> {
  await derived.put(exportKey(requestId), Buffer.from(JSON.stringify(kept)));
}

/** `undefined` where nothing was exported yet, or it has expired. */
export async function keptExport(
  { derived, clock }: Pick<Ports, 'derived' | 'clock'>,
  requestId: string,
): Promise<KeptExport | undefined> {
  const object = await derived.get(exportKey(requestId));
  const kept: KeptExport | undefined = object && JSON.parse(Buffer.from(object.body).toString());
  return kept && kept.expiresAt > clock.now().toISOString() ? kept : undefined;
}

/** The numbers of the parts that are there. */
export async function partsThere(
  { derived }: Pick<Ports, 'derived'>,
  requestId: string,
  jobId: string,
): Promise<ReadonlySet<number>> {
  const prefix = partPrefix(requestId, jobId);
  const parts = new Set<number>();
  for await (const { key } of derived.list(prefix)) parts.add(Number.parseInt(key.slice(prefix.length), 10));
  return parts;
}

function partPrefix(requestId: string, jobId: string): string {
  return `${ACCESS_EXPORTS}${requestId}/${jobId}/part-`;
}

/** What comes after takes its place. */
function exportKey(requestId: string): ObjectKey {
  return `${ACCESS_EXPORTS}${requestId}/export.json`;
}
