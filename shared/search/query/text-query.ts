import type { FieldName } from '../field.ts';
import type { TextQuery } from './query.ts';
import { type QueryField, queryFieldNamed } from './query-token.ts';
import { GROUPING, QUOTATION_MARKS } from './quotes.ts';

/** The index fields that a field of the query language looks in. */
export const TEXT_FIELDS: ReadonlyMap<QueryField, readonly FieldName[]> = new Map<QueryField, readonly FieldName[]>([
  ['from', ['from']],
  ['to', ['to']],
  ['cc', ['cc']],
  ['bcc', ['bcc', 'hiddenBcc']],
  ['any', ['from', 'to', 'cc', 'bcc', 'hiddenBcc']],
  ['subject', ['subject']],
  ['body', ['body']],
  ['attachment', ['attachment']],
  ['filename', ['filename']],
]);

/** What ends or begins a word without belonging to it. */
const EDGES = /^[-*\s]+|[*:\s]+$/gu;
const OPERATOR = /^(?:OR|AND|NOT|NEAR(?:\/\d{1,6})?)$/;
const FIELD_LIKE = /^([a-z]+(?:-id)?):/i;

/** A phrase as it is looked for; `undefined` where it has no text. */
export function phraseQuery(text: string, fields?: readonly FieldName[]): TextQuery | undefined {
  const plain = withoutGrouping(text);
  return plain === '' ? undefined : textQuery('phrase', plain, fields);
}

/**
 * A word as it is looked for, a prefix where it ends in an asterisk, a phrase where quotation marks or parentheses
 * stand in it; `undefined` where it is nothing but signs of the query language.
 */
export function wordQuery(raw: string, fields?: readonly FieldName[]): TextQuery | undefined {
  const plain = withoutGrouping(raw);
  const text = plain.replace(EDGES, '');
  if (text === '' || text === '|') return undefined;
  // An operator that is a word is written so that it is none when the canonical text is read again.
  if (OPERATOR.test(text)) return textQuery('word', text.toLowerCase(), fields);
  const isFieldLike = fields === undefined && queryFieldNamed(FIELD_LIKE.exec(text)?.[1] ?? '') !== undefined;
  if (/\s/u.test(text) || isFieldLike) return textQuery('phrase', text, fields);
  return textQuery(plain.endsWith('*') ? 'prefix' : 'word', text, fields);
}

/** A term that is looked for as it stands. */
export function wholeQuery(text: string, field: FieldName): TextQuery {
  return textQuery('whole', text, [field]);
}

/** Without quotation marks and parentheses, and with single spaces. */
export function withoutGrouping(text: string): string {
  return singleSpaced(text.replace(GROUPING, ' '));
}

/** Without quotation marks, and with single spaces. */
export function withoutQuotationMarks(text: string): string {
  return singleSpaced(text.replace(QUOTATION_MARKS, ' '));
}

function singleSpaced(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** The same text, looked for in other fields. */
export function textInFields(query: TextQuery, fields: TextQuery['fields']): TextQuery {
  return textQuery(query.form, query.text, fields);
}

function textQuery(form: TextQuery['form'], text: string, fields: TextQuery['fields']): TextQuery {
  if (fields === undefined) return { kind: 'text', text, form };
  // `attachment:unreadable` is no word, so this word is written in quotation marks.
  const isFlagLike = fields.includes('attachment') && form === 'word' && text.toLowerCase() === 'unreadable';
  return { kind: 'text', fields, text, form: isFlagLike ? 'phrase' : form };
}
