import { attachmentTypeOfMediaType, attachmentTypesNamed } from '../attachment-type.ts';
import type { FlagName } from '../index-document.ts';
import type { FilterQuery, Query } from './query.ts';
import { type Period, periodOf, rangeOf } from './query-dates.ts';
import { sizeOf } from './query-sizes.ts';
import type { QueryField } from './query-token.ts';

const FLAG_NAMES: ReadonlyMap<string, FlagName> = new Map<string, FlagName>([
  ['is:sent', 'sent'],
  ['is:received', 'received'],
  ['is:encrypted', 'encrypted'],
  ['is:signed', 'signed'],
  ['has:attachment', 'hasAttachments'],
  ['has:attachments', 'hasAttachments'],
  ['attachment:unreadable', 'unreadableAttachment'],
]);

/** What a field asks of the columns of the index; `undefined` where it asks for text, or its value means nothing. */
export function filterQuery(field: QueryField, value: string, now: Date): Query | undefined {
  const flag = FLAG_NAMES.get(`${field}:${value.trim().toLowerCase()}`);
  if (flag !== undefined) return { kind: 'flag', flag };
  switch (field) {
    case 'in':
      return value.trim() === '' ? undefined : { kind: 'folder', folder: value.trim() };
    case 'mailbox':
      return value.trim() === '' ? undefined : { kind: 'mailbox', mailbox: value.trim() };
    case 'type':
      return typeQuery(value);
    case 'after':
    case 'before':
    case 'on':
      return dateQuery(field, value, now);
    case 'larger':
    case 'smaller':
      return sizeQuery(field, value);
    default:
      return undefined;
  }
}

/** `is:sent` for `sent`: how a flag is written in a query. */
export function flagText(flag: FlagName): string {
  for (const [text, name] of FLAG_NAMES) if (name === flag) return text;
  return `is:${flag}`;
}

/** A list of types, extensions and media types; `undefined` where one of them is none. */
function typeQuery(value: string): Query | undefined {
  const types = new Set<string>();
  for (const name of value.toLowerCase().split(',')) {
    const named = typesNamed(name.trim());
    if (named.length === 0) return undefined;
    for (const type of named) types.add(type);
  }
  const filters = [...types].map((type): FilterQuery => ({ kind: 'type', type }));
  return filters.length === 1 ? filters[0] : { kind: 'or', of: filters };
}

function typesNamed(name: string): readonly string[] {
  if (!name.includes('/')) return attachmentTypesNamed(name.replace(/^\*?\./, ''));
  const type = attachmentTypeOfMediaType(name);
  return type === undefined ? [] : [type];
}

function dateQuery(field: 'after' | 'before' | 'on', value: string, now: Date): Query | undefined {
  const period: Partial<Period> | undefined = periodOf(value, now);
  if (field === 'on') {
    const range = period ?? rangeOf(value, now);
    return range === undefined ? undefined : { kind: 'date', ...range };
  }
  if (period?.from === undefined) return undefined;
  return field === 'after' ? { kind: 'date', from: period.from } : { kind: 'date', to: period.from };
}

function sizeQuery(field: 'larger' | 'smaller', value: string): Query | undefined {
  const bytes = sizeOf(value);
  if (bytes === undefined) return undefined;
  return field === 'larger' ? { kind: 'size', above: bytes } : { kind: 'size', below: bytes };
}
