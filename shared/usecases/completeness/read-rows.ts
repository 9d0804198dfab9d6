import { COMPLETENESS_KINDS, type CompletenessKind, type CompletenessRow } from '../../domain/completeness.ts';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ListPage, PageRequest } from '../configuration/configuration-page.ts';
import { type KeptReport, readPart } from './report-objects.ts';

/**
 * A page of the rows of a report: of one kind, or of all, kind after kind. Throws `NotFoundError` where the report has
 * expired meanwhile.
 */
export async function reportRows(
  ports: Pick<Ports, 'derived'>,
  jobId: string,
  { parts }: Pick<KeptReport, 'parts'>,
  { kind, limit, cursor }: PageRequest & { readonly kind?: CompletenessKind },
): Promise<ListPage<CompletenessRow>> {
  const kinds = kind === undefined ? COMPLETENESS_KINDS : [kind];
  const places = kinds.flatMap((one) => Array.from({ length: parts[one] }, (_, part) => ({ kind: one, part })));
  let { place, row } = cursor === undefined ? { place: 0, row: 0 } : positionOf(cursor);
  const items: CompletenessRow[] = [];
  for (; place < places.length && items.length < limit; place += 1, row = 0) {
    const at = places[place];
    const rows = at && (await readPart(ports, jobId, at));
    if (!rows) throw new NotFoundError(`report ${jobId}`);
    const some = rows.slice(row, row + limit - items.length);
    items.push(...some);
    if (row + some.length < rows.length) return { items, cursor: `${place}-${row + some.length}` };
  }
  return place < places.length ? { items, cursor: `${place}-0` } : { items };
}

function positionOf(cursor: string): { readonly place: number; readonly row: number } {
  const [, place, row] = /^(\d{1,9})-(\d{1,9})$/.exec(cursor) ?? [];
  if (place === undefined || row === undefined) throw new InvalidRequestError('cursor: not one of this list');
  return { place: Number(place), row: Number(row) };
}
