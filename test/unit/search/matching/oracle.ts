import type { FieldName } from '../../../../shared/search/field.ts';
import { FLAGS, type IndexDocument } from '../../../../shared/search/index-document.ts';
import { compileQuery } from '../../../../shared/search/matching/compile-query.ts';
import type { FacetName, SortOrder } from '../../../../shared/search/matching/results.ts';
import type { Sight, Visibility } from '../../../../shared/search/matching/searched-unit.ts';
import type { Query, TextQuery } from '../../../../shared/search/query/query.ts';
import { subjectKey } from '../../../../shared/search/subject-key.ts';
import { analyse } from '../../../../shared/search/tokens/analyse.ts';
import type { TextPattern } from '../../../../shared/search/tokens/term-pattern.ts';
import { type ArbitraryUnit, FIELD_NAMES } from './arbitrary-mail.ts';
import { isMatch, type Token, tokensOf } from './model-segment.ts';

/** What a search means, message by message, with no regard to how long it takes. */
export interface OracleResult {
  readonly total: number;
  /** `mailboxId/archiveId`, in order. */
  readonly order: readonly string[];
  readonly facets: { readonly [Name in FacetName]: Readonly<Record<string, number>> };
}

interface Row {
  readonly document: IndexDocument;
  readonly mailboxId: string;
  readonly visibility: Visibility;
  readonly sight: Sight;
}

export function oracleSearch(units: readonly ArbitraryUnit[], query: Query, sort: SortOrder): OracleResult {
  const rows = units.flatMap(({ documents, unit: { mailboxId, visibility } }) =>
    documents
      .filter((document) => isFindable(document, visibility))
      .map((document): Row => ({ document, mailboxId, visibility, sight: sightOf(document, visibility) })),
  );
  const found = rows.filter((row) => holds(row, query) !== false);
  const scores = new Map(found.map((row) => [row, sort === 'relevance' ? scoreOf(row, rows, query) : 0]));
  const keyOf = (row: Row): number | string => {
    const { document } = row;
    switch (sort) {
      case 'newest':
        return -document.sortDate;
      case 'oldest':
        return document.sortDate;
      case 'size':
        return -document.summary.sizeBytes;
      case 'from':
        return document.sender;
      case 'subject':
        return row.sight === 'headersWithoutSubject' ? '' : subjectKey(document.summary.subject);
      case 'relevance':
        return -(scores.get(row) ?? 0);
    }
  };
  const ordered = [...found].sort(
    (a, b) =>
      compare(keyOf(a), keyOf(b)) ||
      b.document.sortDate - a.document.sortDate ||
      compare(a.document.archiveId, b.document.archiveId) ||
      compare(a.mailboxId, b.mailboxId),
  );
  return {
    total: found.length,
    order: ordered.map(({ mailboxId, document }) => `${mailboxId}/${document.archiveId}`),
    facets: {
      mailbox: tally(found.map(({ mailboxId }) => mailboxId)),
      folder: tally(found.flatMap(({ document }) => document.folders)),
      month: tally(found.map(({ document }) => new Date(document.sortDate).toISOString().slice(0, 7))),
      sender: tally(found.map(({ document }) => document.sender).filter((sender) => sender !== '')),
      attachmentType: tally(found.flatMap(({ document, sight }) => (sight === 'all' ? document.attachmentTypes : []))),
    },
  };
}

function isFindable(
  { flags, receivedAt }: IndexDocument,
  { received, restricted, withoutCovered }: Visibility,
): boolean {
  if (!restricted && (flags & FLAGS.restricted) !== 0) return false;
  if (withoutCovered && (flags & FLAGS.covered) !== 0) return false;
  return !received || (receivedAt >= (received.from ?? 0) && receivedAt < (received.to ?? Infinity));
}

function sightOf({ flags }: IndexDocument, { sight, privateSight }: Visibility): Sight {
  const order: Sight[] = ['headersWithoutSubject', 'headers', 'all'];
  const isNarrower = order.indexOf(privateSight) < order.indexOf(sight);
  return (flags & FLAGS.private) !== 0 && isNarrower ? privateSight : sight;
}

/** `undefined` where the query asks nothing. */
function holds(row: Row, query: Query): boolean | undefined {
  const { document, sight, mailboxId } = row;
  switch (query.kind) {
    case 'everything':
      return true;
    case 'and':
    case 'or': {
      const parts = query.of.map((part) => holds(row, part)).filter((part) => part !== undefined);
      if (parts.length === 0) return undefined;
      return query.kind === 'and' ? parts.every(Boolean) : parts.some(Boolean);
    }
    case 'not': {
      const of = holds(row, query.of);
      return of === undefined ? undefined : !of;
    }
    case 'text':
      return hasText(row, query);
    case 'near': {
      const [left, right] = [analyse(query.left.text, query.left.form), analyse(query.right.text, query.right.form)];
      if (left.kind === 'nothing' || right.kind === 'nothing')
        return hasText(row, query.left) ?? hasText(row, query.right);
      return fieldsOf(row, query.left)
        .filter((field) => fieldsOf(row, query.right).includes(field))
        .some((field) => isNear(document, field, left, right, query.distance));
    }
    case 'mailbox':
      return query.mailbox === mailboxId;
    case 'folder': {
      const asked = query.folder.toLowerCase().replace(/\/$/, '');
      return document.folders.some((folder) => `${folder.toLowerCase()}/`.startsWith(`${asked}/`));
    }
    case 'flag':
      if (sight !== 'all' && !['sent', 'received', 'hasAttachments'].includes(query.flag)) return false;
      return (document.flags & FLAGS[query.flag]) !== 0;
    case 'type':
      return sight === 'all' && document.attachmentTypes.includes(query.type);
    case 'date':
      return document.sortDate >= (query.from ?? -Infinity) && document.sortDate < (query.to ?? Infinity);
    case 'size':
      return document.summary.sizeBytes > (query.above ?? -1) && document.summary.sizeBytes < (query.below ?? Infinity);
  }
}

function fieldsOf({ sight, visibility }: Row, { fields, form }: TextQuery): readonly FieldName[] {
  const asked =
    fields ?? FIELD_NAMES.filter((field) => form === 'whole' || (field !== 'header' && field !== 'messageId'));
  return asked.filter((field) => isVisible(field, sight, visibility));
}

function isVisible(field: FieldName, sight: Sight, { hiddenBcc }: Visibility): boolean {
  if (sight === 'all') return field !== 'hiddenBcc' || hiddenBcc;
  if (field === 'subject') return sight === 'headers';
  return ['from', 'to', 'cc', 'messageId'].includes(field);
}

function hasText(row: Row, query: TextQuery): boolean | undefined {
  const pattern = analyse(query.text, query.form);
  if (pattern.kind === 'nothing') return undefined;
  return fieldsOf(row, query).some((field) => placesIn(pattern, allTokens(row.document, field)).length > 0);
}

function allTokens(document: IndexDocument, field: FieldName): Token[] {
  return tokensOf(document, field).flatMap(({ tokens }) => tokens);
}

function isNear(document: IndexDocument, field: FieldName, left: TextPattern, right: TextPattern, distance: number) {
  return tokensOf(document, field).some(({ tokens }) =>
    placesIn(left, tokens).some(([first, last]) =>
      placesIn(right, tokens).some(
        ([start, end]) => (start > last && start - last <= distance) || (first > end && first - end <= distance),
      ),
    ),
  );
}

/** Where the pattern stands: first and last position. */
function placesIn(pattern: TextPattern, tokens: readonly Token[]): [number, number][] {
  switch (pattern.kind) {
    case 'nothing':
      return [];
    case 'term':
      return tokens
        .filter(({ term }) => isMatch(pattern.pattern, term, NO_GERMAN))
        .map(({ position }) => [position, position]);
    case 'any':
      return pattern.of.flatMap((part) => placesIn(part, tokens));
    case 'all': {
      const parts = pattern.of.map((part) => placesIn(part, tokens));
      return parts.every((part) => part.length > 0) ? parts.flat() : [];
    }
    case 'phrase': {
      const length = Math.max(...pattern.steps.map(({ offset }) => offset));
      const starts = new Set(tokens.map(({ position }) => position));
      return [...starts]
        .filter((start) =>
          pattern.steps.every(({ pattern: step, offset }) =>
            tokens.some(({ term, position }) => position === start + offset && isMatch(step, term, NO_GERMAN)),
          ),
        )
        .map((start) => [start, start + length]);
    }
  }
}

const NO_GERMAN: ReadonlySet<string> = new Set();

/** BM25 as the literature has it, over the words that are seen. */
function scoreOf(row: Row, rows: readonly Row[], query: Query): number {
  const length = ({ document }: Row) =>
    FIELD_NAMES.flatMap((field) => tokensOf(document, field)).reduce((sum, { words: own }) => sum + own, 0);
  const words = rows.reduce((sum, one) => sum + (one.sight === 'all' ? length(one) : 0), 0);
  const average = words / Math.max(1, rows.length);
  const norm = row.sight === 'all' && average > 0 ? 1 - 0.75 + (0.75 * length(row)) / average : 1;
  let score = 0;
  for (const { fields, pattern } of compileQuery(query).clauses) {
    const countOf = (one: Row) =>
      fields
        .filter((field) => isVisible(field, one.sight, one.visibility))
        .reduce((sum, field) => sum + weightOf(field) * countIn(pattern, allTokens(one.document, field)), 0);
    const frequency = rows.filter((one) => countOf(one) > 0).length;
    const count = countOf(row);
    const rarity = Math.log(1 + (rows.length - frequency + 0.5) / (frequency + 0.5));
    if (count > 0) score += (rarity * count * (1.2 + 1)) / (count + 1.2 * norm);
  }
  return score;
}

function weightOf(field: FieldName): number {
  if (field === 'subject') return 3;
  return field === 'from' || field === 'to' || field === 'filename' ? 2 : 1;
}

function countIn(pattern: TextPattern, tokens: readonly Token[]): number {
  switch (pattern.kind) {
    case 'nothing':
      return 0;
    case 'term':
      return new Set(
        tokens
          .filter(({ term }) => isMatch(pattern.pattern, term, NO_GERMAN))
          .map(({ term, position }) => JSON.stringify([term, position])),
      ).size;
    case 'any':
      return pattern.of.reduce((sum, part) => sum + countIn(part, tokens), 0);
    case 'all':
      return Math.min(...pattern.of.map((part) => countIn(part, tokens)));
    case 'phrase':
      return Math.min(...pattern.steps.map((step) => countIn({ kind: 'term', pattern: step.pattern }, tokens)));
  }
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
