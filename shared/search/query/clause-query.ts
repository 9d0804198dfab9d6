import { filterQuery } from './filter-query.ts';
import type { Query } from './query.ts';
import type { Clause, QueryField } from './query-token.ts';
import {
  phraseQuery,
  TEXT_FIELDS,
  wholeQuery,
  withoutGrouping,
  withoutQuotationMarks,
  wordQuery,
} from './text-query.ts';

const EXTENSION = /^[a-z0-9]{1,10}$/i;
const HEADER = /^([^\s=:]+)\s*=\s*(.+)$/u;

/**
 * What a word or phrase asks for, alone or as the value of a field. A value that means nothing to its field is text with it:
 * `is:foo`, `after:2024-02-31`. `undefined` where there is nothing to look for.
 */
export function clauseQuery(clause: Clause, field: QueryField | undefined, now: Date): Query | undefined {
  if (field === undefined) return textOf(clause);
  const isWord = clause.kind === 'word';
  const value = isWord ? withoutGrouping(clause.text) : clause.text;
  // In quotation marks it is the word `unreadable` in an attachment.
  const filter = field === 'attachment' && !isWord ? undefined : filterQuery(field, value, now);
  if (filter !== undefined) return filter;
  const fields = TEXT_FIELDS.get(field);
  if (fields !== undefined) return isWord ? wordQuery(clause.text, fields) : phraseQuery(clause.text, fields);
  // A type that nobody knows is an extension that perhaps stands in a name.
  if (field === 'type' && EXTENSION.test(value)) return wordQuery(value, TEXT_FIELDS.get('filename'));
  return wholeTerm(field, value) ?? textOf({ ...clause, text: `${field}:${clause.text}` });
}

/** The clause as text, whatever field stands before it. */
export function textOf(clause: Clause): Query | undefined {
  return clause.kind === 'word' ? wordQuery(clause.text) : phraseQuery(clause.text);
}

function wholeTerm(field: QueryField, value: string): Query | undefined {
  // Names of mail programs have parentheses (`Apple Mail (2.3654)`), and are kept with them.
  const text = withoutQuotationMarks(value);
  if (field === 'messageid') {
    const messageId = text.replace(/^[<\s]+|[>\s]+$/gu, '');
    return messageId === '' ? undefined : wholeQuery(messageId, 'messageId');
  }
  const header = field === 'header' ? HEADER.exec(text) : null;
  return header === null ? undefined : wholeQuery(`${header[1]?.toLowerCase()}=${header[2]}`, 'header');
}
