import { FIELDS, type FieldName } from '../../../../shared/search/field.ts';
import type { IndexDocument, IndexText } from '../../../../shared/search/index-document.ts';
import type { ManifestSegment } from '../../../../shared/search/manifest.ts';
import type { SegmentSnapshot } from '../../../../shared/search/matching/searched-unit.ts';
import { isCompoundTerm, TEXT_GAP } from '../../../../shared/search/segments/format.ts';
import type { KeptText, Segment, TermEntry, ValueColumn } from '../../../../shared/search/segments/segment.ts';
import { subjectKey } from '../../../../shared/search/subject-key.ts';
import type { TermPattern } from '../../../../shared/search/tokens/term-pattern.ts';
import { tokenise } from '../../../../shared/search/tokens/tokenise.ts';
import { wholeTerm } from '../../../../shared/search/tokens/whole-term.ts';

export interface Token {
  readonly term: string;
  readonly position: number;
  readonly start: number;
  readonly end: number;
}

/** The tokens of each text of a field, texts a gap apart. */
export function tokensOf(
  document: IndexDocument,
  field: FieldName,
): { text: IndexText; first: number; words: number; tokens: Token[] }[] {
  let next = 0;
  return document.texts
    .filter((text) => text.field === field)
    .map((text) => {
      const first = next;
      const tokens: Token[] = [];
      let end = first;
      if (field === 'header' || field === 'messageId') {
        const term = wholeTerm(text.text);
        if (term !== '') tokens.push({ term, position: end++, start: 0, end: text.text.length });
      } else {
        const onToken = (term: string, position: number, start: number, end: number) =>
          tokens.push({ term, position, start, end });
        end = tokenise(text.text, onToken, first);
      }
      next = end + TEXT_GAP;
      return { text, first, words: end - first, tokens };
    });
}

const FIELD_LIST = Object.keys(FIELDS).filter((name): name is FieldName => name in FIELDS);

export interface ModelOptions {
  readonly removed?: ReadonlySet<string>;
}

/** A segment made of plain maps: what real ones are compared with, and what matching is tested on. */
export function modelSegment(
  segmentId: string,
  given: readonly IndexDocument[],
  { removed }: ModelOptions = {},
): Segment {
  const documents = [...given].sort((a, b) => b.sortDate - a.sortDate || (a.archiveId < b.archiveId ? -1 : 1));
  const index = new Map<string, Map<FieldName, Map<number, number[]>>>();
  const german = new Set<string>();
  for (const [number, document] of documents.entries()) {
    for (const field of FIELD_LIST) {
      for (const { tokens } of tokensOf(document, field)) {
        for (const { term, position } of tokens) {
          if (document.isGerman) german.add(term);
          const fields = index.get(term) ?? new Map<FieldName, Map<number, number[]>>();
          const postings = fields.get(field) ?? new Map<number, number[]>();
          const positions = postings.get(number) ?? [];
          if (!positions.includes(position)) positions.push(position);
          index.set(term, fields.set(field, postings.set(number, positions)));
        }
      }
    }
  }
  const dictionary = [...index.keys()].sort();
  const entryOf = (term: string): TermEntry => ({
    term,
    fields: FIELD_LIST.flatMap((field) => {
      const count = index.get(term)?.get(field)?.size ?? 0;
      return count > 0 ? [{ field, documents: count }] : [];
    }),
  });
  const weight = ({ fields }: TermEntry) => fields.reduce((sum, field) => sum + field.documents, 0);
  const lengthOf = (document: IndexDocument) =>
    FIELD_LIST.flatMap((field) => tokensOf(document, field)).reduce((sum, { words }) => sum + words, 0);
  const columns = {
    sortDates: Float64Array.from(documents, ({ sortDate }) => sortDate),
    receivedAts: Float64Array.from(documents, ({ receivedAt }) => receivedAt),
    sizes: Float64Array.from(documents, ({ summary }) => summary.sizeBytes),
    lengths: Uint32Array.from(documents, lengthOf),
    flags: Uint16Array.from(documents, ({ flags }) => flags),
    removed: Uint8Array.from(documents, ({ archiveId }) => (removed?.has(archiveId) ? 1 : 0)),
    folders: valueColumn(documents.map(({ folders }) => folders)),
    senders: valueColumn(documents.map(({ sender }) => [sender])),
    attachmentTypes: valueColumn(documents.map(({ attachmentTypes }) => attachmentTypes)),
  };
  return {
    segmentId,
    documentCount: documents.length,
    columns: async () => columns,
    subjectKeys: async () => valueColumn(documents.map(({ summary }) => [subjectKey(summary.subject)])),
    archiveIds: async (numbers) => numbers.map((number) => documents[number]?.archiveId ?? ''),
    async terms(pattern, limit) {
      const entries = dictionary.filter((term) => isMatch(pattern, term, german)).map(entryOf);
      if (entries.length <= limit) return entries;
      const most = new Set([...entries].sort((a, b) => weight(b) - weight(a)).slice(0, limit));
      return entries.filter((entry) => most.has(entry));
    },
    async postings({ term }, field) {
      const postings = index.get(term)?.get(field);
      if (!postings) return undefined;
      return {
        documents: Uint32Array.from(postings.keys()),
        frequencies: Uint32Array.from(postings.values(), (positions) => positions.length),
      };
    },
    async positions({ term }, field, asked) {
      const lists = [...asked].map((number) => index.get(term)?.get(field)?.get(number) ?? []);
      const starts = new Uint32Array(lists.length + 1);
      for (const [n, list] of lists.entries()) starts[n + 1] = (starts[n] ?? 0) + list.length;
      return { starts, values: Uint32Array.from(lists.flat()) };
    },
    async findDocuments(ids) {
      const found = documents.map(({ archiveId }, number) => [archiveId, number] as const);
      return new Map(found.filter(([archiveId]) => ids.includes(archiveId)));
    },
    async messages(numbers) {
      return numbers.map((number) => {
        const document = documents[number];
        if (!document) throw new RangeError(`no message ${number}`);
        const texts = (['body', 'attachment'] as const).flatMap((field) =>
          tokensOf(document, field).map((part) => keptText(field, part)),
        );
        return { archiveId: document.archiveId, summary: document.summary, texts };
      });
    },
  };
}

/** The segment as its manifest names it. */
export function modelSnapshot(
  segmentId: string,
  documents: readonly IndexDocument[],
  options: ModelOptions & { readonly open?: () => Promise<Segment> } = {},
): SegmentSnapshot {
  const segment = modelSegment(segmentId, documents, options);
  return { facts: factsOf(segmentId, documents, options), open: options.open ?? (async () => segment) };
}

export function factsOf(
  segmentId: string,
  documents: readonly IndexDocument[],
  { removed }: ModelOptions = {},
): ManifestSegment {
  const range = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const removedCount = documents.filter(({ archiveId }) => removed?.has(archiveId)).length;
  return {
    segmentId,
    tokeniser: 1,
    documents: documents.length,
    indexBytes: 0,
    textBytes: 0,
    endChecksum: 0,
    textChecksum: 0,
    sortDates: range(documents.map(({ sortDate }) => sortDate)),
    receivedAts: range(documents.map(({ receivedAt }) => receivedAt)),
    covered: documents.filter(({ flags }) => (flags & 128) !== 0).length,
    ...(removedCount > 0 ? { changes: { name: 'c', bytes: 0, checksum: 0, removed: removedCount } } : {}),
  };
}

/** Whether the term is one that the pattern stands for; `german` are the terms of German texts. */
export function isMatch(pattern: TermPattern, term: string, german: ReadonlySet<string>): boolean {
  switch (pattern.kind) {
    case 'terms':
      return pattern.terms.includes(term);
    case 'range':
      return term.startsWith(pattern.prefix) && (pattern.accepts?.(term) ?? true);
    case 'compound': {
      if (term === pattern.part || !german.has(term) || !isCompoundTerm(term)) return false;
      return (term.startsWith(pattern.part) || term.endsWith(pattern.part)) && (pattern.accepts?.(term) ?? true);
    }
  }
}

function valueColumn(lists: readonly (readonly string[])[]): ValueColumn {
  const values = [...new Set(lists.flat())].sort();
  const starts = new Uint32Array(lists.length + 1);
  for (const [n, list] of lists.entries()) starts[n + 1] = (starts[n] ?? 0) + list.length;
  return { values, starts, ordinals: Uint32Array.from(lists.flat(), (value) => values.indexOf(value)) };
}

function keptText(
  field: 'body' | 'attachment',
  { text, first, tokens }: { readonly text: IndexText; readonly first: number; readonly tokens: readonly Token[] },
): KeptText {
  return {
    field,
    ...(text.attachment === undefined ? {} : { attachment: text.attachment }),
    firstPosition: first,
    around(position, before, after, marked) {
      const token = tokens.find((one) => one.position === position);
      const from = tokens.find((one) => one.position >= position - before);
      const to = tokens.findLast((one) => one.position <= position + after);
      const start = from === tokens[0] ? 0 : (from?.start ?? 0);
      const end = to === tokens.at(-1) ? text.text.length : (to?.end ?? text.text.length);
      return {
        text: text.text.slice(start, end),
        start: (token?.start ?? start) - start,
        isStart: start === 0,
        isEnd: end === text.text.length,
        ...(marked && {
          marked: tokens
            .filter((one) => marked.has(one.term) && one.start >= start && one.end <= end)
            .map((one) => ({ position: one.position, start: one.start - start, end: one.end - start })),
        }),
      };
    },
    opening: (characters) => text.text.slice(0, characters),
  };
}
