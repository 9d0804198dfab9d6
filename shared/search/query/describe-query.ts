import { flagText } from './filter-query.ts';
import { numberAt } from './number-words.ts';
import type { FilterQuery, Query, TextQuery } from './query.ts';
import { quoted } from './quotes.ts';
import { TEXT_FIELDS } from './text-query.ts';

/** How tightly what stands around a query binds: side by side, OR, AND, a minus sign. */
type Binding = 0 | 1 | 2 | 3;

/**
 * The canonical text of a query from `parseQuery`: parsed again it is the same query, at any time, as relative dates have
 * become days. Empty for everything. Longer than the original perhaps, so not necessarily one the API takes.
 */
export function describeQuery(query: Query): string {
  return query.kind === 'everything' ? '' : described(query, 0);
}

function described(query: Query, binding: Binding): string {
  switch (query.kind) {
    case 'everything':
      return '';
    case 'and':
      if (binding > 2) return `(${described(query, 0)})`;
      return binding === 0 ? sideBySide(query.of) : query.of.map((part) => described(part, 3)).join(' AND ');
    case 'or':
      if (binding > 1) return `(${described(query, 0)})`;
      return query.of.map((part) => described(part, 2)).join(' OR ');
    case 'not':
      return `-${described(query.of, 3)}`;
    case 'near':
      return `${describedText(query.left)} NEAR/${query.distance} ${describedText(query.right)}`;
    case 'text':
      return describedText(query);
    default:
      return describedFilter(query);
  }
}

/** With AND between words that would otherwise be read as one number. */
function sideBySide(parts: readonly Query[]): string {
  const texts: string[] = [];
  for (let at = 0; at < parts.length; ) {
    const length = Math.max(numberAt(parts, at).length, 1);
    const together = parts.slice(at, at + length).map((part) => described(part, 1));
    texts.push(together.join(' AND '));
    at += length;
  }
  return texts.join(' ');
}

function describedText(query: TextQuery): string {
  const field = query.fields === undefined ? '' : `${fieldName(query.fields)}:`;
  if (query.form === 'prefix') return `${field}${query.text}*`;
  return query.form === 'word' ? `${field}${query.text}` : `${field}${quoted(query.text)}`;
}

function fieldName(fields: readonly string[]): string {
  for (const [name, of] of TEXT_FIELDS) if (of.join() === fields.join()) return name;
  return fields.join().toLowerCase();
}

function describedFilter(query: FilterQuery): string {
  switch (query.kind) {
    case 'folder':
      return `in:${quoted(query.folder)}`;
    case 'mailbox':
      return `mailbox:${quoted(query.mailbox)}`;
    case 'flag':
      return flagText(query.flag);
    case 'type':
      return `type:${query.type}`;
    case 'date':
      return describedPeriod(query.from, query.to);
    case 'size':
      return query.above === undefined ? `smaller:${query.below ?? 0}` : `larger:${query.above}`;
  }
}

function describedPeriod(from: number | undefined, to: number | undefined): string {
  if (to === undefined) return `after:${day(from ?? 0)}`;
  return from === undefined ? `before:${day(to)}` : `on:${day(from)}..${day(to - 1)}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
