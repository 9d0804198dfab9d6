import fc from 'fast-check';
import { FIELDS, type FieldName } from '../../../../shared/search/field.ts';
import type { IndexDocument } from '../../../../shared/search/index-document.ts';
import type { SearchedUnit, Visibility } from '../../../../shared/search/matching/searched-unit.ts';
import type { Query, TextQuery } from '../../../../shared/search/query/query.ts';
import { modelSnapshot } from './model-segment.ts';

export const FIELD_NAMES = Object.keys(FIELDS).filter((name): name is FieldName => name in FIELDS);
const WORDS = [
  'rechnung',
  'Rechnungen',
  'invoice',
  'invoiced',
  'the',
  'the',
  'offer',
  '東京都',
  '東京',
  '2024/17-A',
  'ann@b.org',
  'x',
];
const FOLDERS = ['Inbox', 'Projects', 'Projects/Sub', 'Projectsx', 'Sent'];
const DAY = 24 * 60 * 60 * 1000;
export const START = Date.UTC(2024, 0, 30);

export const SEES_ALL: Visibility = { sight: 'all', privateSight: 'all', hiddenBcc: false, withoutCovered: false };

/** A message with all that is given, and little else. */
export function mail(
  archiveId: string,
  given: Partial<IndexDocument> & { readonly subject?: string } = {},
): IndexDocument {
  const { subject = '', ...rest } = given;
  const { sortDate = START, sender = '' } = rest;
  const summary = {
    date: new Date(sortDate).toISOString(),
    receivedAt: new Date(rest.receivedAt ?? sortDate).toISOString(),
    from: { address: sender },
    to: [],
    subject,
    sizeBytes: 1000,
    hasAttachments: false,
  };
  return {
    archiveId,
    summary,
    sortDate,
    receivedAt: sortDate,
    flags: 0,
    folders: ['Inbox'],
    sender,
    attachmentTypes: [],
    isGerman: false,
    texts: [],
    ...rest,
  };
}

const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 7 }).map((words) => words.join(' '));
const subsetOf = <Value>(values: readonly Value[], minLength: number) =>
  fc.subarray([...values], { minLength, maxLength: 2 });

/** Messages with few words, dates and sizes, so that much matches and much is level; ids are distinct. */
export const documentsArbitrary = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: 4 }),
      received: fc.integer({ min: 0, max: 4 }),
      flags: fc.integer({ min: 0, max: 511 }),
      folders: subsetOf(FOLDERS, 1),
      sender: fc.constantFrom('', 'a@x.org', 'b@x.org'),
      attachmentTypes: subsetOf(['pdf', 'image', 'docx'], 0),
      texts: fc.array(fc.record({ field: fc.constantFrom(...FIELD_NAMES), text }), { maxLength: 6 }),
      size: fc.constantFrom(10, 20, 30),
      subject: fc.constantFrom('', 'Re: offer', 'offer', 'Zebra', 'AW: [list] äpfel'),
      removed: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
    }),
    { maxLength: 24 },
  )
  .map((list) =>
    list.map(({ day, received, size, subject, removed, ...rest }, n) => {
      const document = mail(`id${(n * 7) % 24}`, {
        ...rest,
        sortDate: START + day * DAY,
        receivedAt: START + received * DAY,
        subject,
      });
      return { document: { ...document, summary: { ...document.summary, sizeBytes: size } }, removed };
    }),
  );

const visibilityArbitrary: fc.Arbitrary<Visibility> = fc.record(
  {
    sight: fc.constantFrom('all', 'all', 'headers', 'headersWithoutSubject'),
    privateSight: fc.constantFrom('all', 'headers', 'headersWithoutSubject'),
    hiddenBcc: fc.boolean(),
    withoutCovered: fc.boolean(),
    restricted: fc.boolean(),
    received: fc.record({ from: fc.constant(START + DAY), to: fc.constant(START + 3 * DAY) }),
  },
  { requiredKeys: ['sight', 'privateSight', 'hiddenBcc', 'withoutCovered'] },
);

export interface ArbitraryUnit {
  readonly documents: readonly IndexDocument[];
  readonly unit: SearchedUnit;
  /** What the segments of the unit were made from. */
  readonly parts: readonly (readonly IndexDocument[])[];
  readonly removed: ReadonlySet<string>;
}

/** Up to three mailboxes, each split into segments at random. */
export const unitsArbitrary: fc.Arbitrary<readonly ArbitraryUnit[]> = fc
  .array(
    fc.record({
      mails: documentsArbitrary,
      visibility: visibilityArbitrary,
      split: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 24, maxLength: 24 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((units) =>
    units.map(({ mails, visibility, split }, number) => {
      const removed = new Set(mails.filter((one) => one.removed).map(({ document }) => document.archiveId));
      const parts = [0, 1, 2]
        .map((segment) => mails.filter((_, n) => split[n] === segment).map(({ document }) => document))
        .filter((documents) => documents.length > 0);
      const segments = parts.map((documents, n) => modelSnapshot(`s${number}-${n}`, documents, { removed }));
      return {
        documents: mails.filter((one) => !one.removed).map(({ document }) => document),
        unit: { mailboxId: `m${number}`, part: 'all', segments, visibility },
        parts,
        removed,
      };
    }),
  );

const textQuery: fc.Arbitrary<TextQuery> = fc
  .record(
    {
      words: fc.array(fc.constantFrom(...WORDS, '!!'), { minLength: 1, maxLength: 3 }),
      form: fc.constantFrom('word', 'word', 'phrase', 'prefix', 'whole'),
      fields: fc.subarray(FIELD_NAMES, { minLength: 1 }),
    },
    { requiredKeys: ['words', 'form'] },
  )
  .map(({ words, form, fields }) => ({
    kind: 'text',
    text: form === 'phrase' ? words.join(' ') : (words[0] ?? ''),
    form,
    ...(fields ? { fields } : {}),
  }));

const filterQuery: fc.Arbitrary<Query> = fc.oneof(
  fc
    .constantFrom('projects', 'Projects/', 'sent', 'PROJECTS/SUB', 'none')
    .map((folder) => ({ kind: 'folder', folder }) as const),
  fc.constantFrom('m0', 'm1', 'm9').map((mailbox) => ({ kind: 'mailbox', mailbox }) as const),
  fc
    .constantFrom('sent', 'hasAttachments', 'encrypted', 'unreadableAttachment', 'private', 'covered')
    .map((flag) => ({ kind: 'flag', flag }) as const),
  fc.constantFrom('pdf', 'image').map((type) => ({ kind: 'type', type }) as const),
  fc
    .record({ from: fc.integer({ min: 0, max: 4 }), to: fc.integer({ min: 0, max: 5 }) }, { requiredKeys: [] })
    .map(({ from, to }) => ({
      kind: 'date' as const,
      ...(from === undefined ? {} : { from: START + from * DAY }),
      ...(to === undefined ? {} : { to: START + to * DAY }),
    })),
  fc
    .constantFrom({ above: 10 }, { below: 30 }, { above: 10, below: 30 })
    .map((size) => ({ kind: 'size' as const, ...size })),
);

/** Queries of a few parts, with whatever a parser can make. */
export const queryArbitrary: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    textQuery,
    filterQuery,
    fc.constant<Query>({ kind: 'everything' }),
    fc
      .tuple(textQuery, textQuery, fc.integer({ min: 0, max: 3 }))
      .map(([left, right, distance]) => ({ kind: 'near', left, right, distance }) as const),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('query'), { minLength: 1, maxLength: 3 }))
      .map(([kind, of]) => ({ kind, of })),
    tie('query').map((of) => ({ kind: 'not', of }) as const),
  ),
})).query;
