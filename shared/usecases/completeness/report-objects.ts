import type { CompletenessKind, CompletenessReport, CompletenessRow } from '../../domain/completeness.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';

/** How many parts of a report there are of each kind of row. */
export type PartCounts = { readonly [Kind in CompletenessKind]: number };

/** A report as it is kept: it expires with the other copies. */
export interface KeptReport {
  readonly format: 1;
  readonly report: CompletenessReport;
  readonly parts: PartCounts;
}

const JOB_ID = /^job-[0-9a-v]+$/;

/** Keeps a part of the rows; the same part of the same report is replaced. */
export async function keepPart(
  { derived }: Pick<Ports, 'derived'>,
  jobId: string,
  { kind, part }: { readonly kind: CompletenessKind; readonly part: number },
  rows: readonly CompletenessRow[],
): Promise<void> {
  await derived.put(partKey(jobId, kind, part), Buffer.from(JSON.stringify(rows)));
}

/** `undefined` where there is none, any more or at all. */
export async function readPart(
  { derived }: Pick<Ports, 'derived'>,
  jobId: string,
  { kind, part }: { readonly kind: CompletenessKind; readonly part: number },
): Promise<readonly CompletenessRow[] | undefined> {
  if (!JOB_ID.test(jobId)) return undefined;
  const object = await derived.get(partKey(jobId, kind, part));
  return object && JSON.parse(Buffer.from(object.body).toString());
}

/** Keeps the totals, once all parts are kept. */
export async function keepReport({ derived }: Pick<Ports, 'derived'>, jobId: string, kept: KeptReport): Promise<void> {
  await derived.put(reportKey(jobId), Buffer.from(JSON.stringify(kept)));
}

/** `undefined` where there is none, any more, yet or at all. */
export async function readReport({ derived }: Pick<Ports, 'derived'>, jobId: string): Promise<KeptReport | undefined> {
  if (!JOB_ID.test(jobId)) return undefined;
  const object = await derived.get(reportKey(jobId));
  return object && JSON.parse(Buffer.from(object.body).toString());
}

function partKey(jobId: string, kind: CompletenessKind, part: number): ObjectKey {
  return `exports/completeness/${jobId}/${kind}-${part}.json`;
}

function reportKey(jobId: string): ObjectKey {
  return `exports/completeness/${jobId}/report.json`;
}
