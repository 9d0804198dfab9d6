import type { CompletenessRow } from '../../shared/domain/completeness.ts';
import { csvLine } from '../../shared/domain/csv.ts';

export const COMPLETENESS_CSV_TYPE = 'text/csv; charset=utf-8; header=present';

const COLUMNS = [
  'kind',
  'receivedAt',
  'date',
  'fromName',
  'fromAddress',
  'subject',
  'sizeBytes',
  'folders',
  'account',
  'firstSeenAt',
  'goneAt',
  'archiveId',
  'basis',
] as const;

/** Rows as CSV with a title line; folders stand on lines of their own within their cell. */
export function exportRows(rows: readonly CompletenessRow[]): string {
  return [COLUMNS, ...rows.map(cellsOf)].map(csvLine).join('');
}

function cellsOf(row: CompletenessRow): readonly string[] {
  const { kind, receivedAt, date = '', from, subject, sizeBytes, folders } = row;
  const of =
    row.kind === 'absent'
      ? ['', '', '', row.archiveId, row.basis]
      : [row.account, row.firstSeenAt, row.goneAt ?? '', '', ''];
  return [kind, receivedAt, date, from.name ?? '', from.address, subject, String(sizeBytes), folders.join('\n'), ...of];
}
