import type { AuditEvent } from '../../shared/domain/audit-event.ts';
import { csvLine } from '../../shared/domain/csv.ts';

export type AuditExportFormat = 'csv' | 'jsonl';

/** Content types of the exports. */
export const AUDIT_EXPORT_TYPES: { readonly [Format in AuditExportFormat]: string } = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson',
};

const COLUMNS = [
  'at',
  'eventId',
  'userName',
  'apiKeyId',
  'source',
  'action',
  'objectKind',
  'objectId',
  'outcome',
  'code',
  'detail',
  'before',
  'after',
] as const;

/** Events as one JSON object a line, or as CSV (RFC 4180) with a title line. */
export function exportEvents(events: readonly AuditEvent[], format: AuditExportFormat): string {
  if (format === 'jsonl') return events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return [COLUMNS, ...events.map(cellsOf)].map(csvLine).join('');
}

function cellsOf(event: AuditEvent): readonly string[] {
  const { at, eventId, actor, source, action, object, outcome, code, detail, before, after } = event;
  const json = (value: object | undefined) => (value === undefined ? '' : JSON.stringify(value));
  const who = actor.userName ?? actor.system ?? '';
  const what = [object?.kind ?? '', object?.id ?? ''];
  return [
    at,
    eventId,
    who,
    actor.apiKeyId ?? '',
    source,
    action,
    ...what,
    outcome,
    code ?? '',
    json(detail),
    json(before),
    json(after),
  ];
}
