import fc from 'fast-check';
import { FIELDS } from '../../../../shared/search/field.ts';
import type { IndexDocument, IndexText } from '../../../../shared/search/index-document.ts';
import { FIELD_NAMES } from '../../../../shared/search/segments/format.ts';

const DAY = 24 * 60 * 60 * 1000;

const WORDS = [
  'the',
  'the',
  'the',
  'Rechnung',
  'Überweisung',
  'versicherung',
  'a',
  'ab',
  'abc',
  '2024/0117-A',
  '東京都庁',
  '𝒳𝒴',
  '\uff21',
  '\ud800',
  'o’brien',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' ')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const indexText: fc.Arbitrary<IndexText> = fc
  .record({ field: fc.constantFrom(...FIELD_NAMES), text, attachment: fc.nat(3) })
  .map(({ field, text, attachment }) => (field === 'attachment' ? { field, text, attachment } : { field, text }));
const digest = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const archiveId = fc.oneof(
  digest.map((hex) => `1-${hex}`),
  fc.tuple(digest, fc.integer({ min: 2, max: 999999 })).map(([hex, generation]) => `7-${hex}.${generation}`),
  fc.string({ minLength: 1, maxLength: 8 }),
);
// Few dates, so that some are the same; before 1970 and with milliseconds too.
const date = fc.oneof(
  fc.integer({ min: -3, max: 20000 }).map((days) => days * DAY),
  fc.integer({ min: -1e12, max: 2e12 }),
  fc.constant(1e12),
);

function document(isGerman: fc.Arbitrary<boolean> = fc.boolean()): fc.Arbitrary<IndexDocument> {
  return fc
    .record({
      archiveId,
      sortDate: date,
      receivedAt: date,
      size: fc.oneof(fc.nat(100_000), fc.constant(2 ** 40)),
      flags: fc.nat(255),
      folders: fc
        .uniqueArray(fc.constantFrom('Inbox', 'Sent', 'A/B', 'Ä'), { minLength: 1 })
        .map((folders) => folders.sort()),
      sender: fc.constantFrom('', 'a@x.org', 'b@x.org', 'ä@x.org'),
      attachmentTypes: fc.uniqueArray(fc.constantFrom('pdf', 'docx', 'image')),
      isGerman,
      subject: fc.constantFrom('', 'Re: Offer', 'Offer', '𝒳', '\uff21'),
      texts: fc.array(indexText, { maxLength: 8 }),
    })
    .map(({ size, subject, ...document }) => ({
      ...document,
      summary: {
        date: '2024-01-01T00:00:00.000Z',
        receivedAt: '2024-01-01T00:00:00.000Z',
        from: { address: document.sender },
        to: [],
        subject,
        sizeBytes: size,
        hasAttachments: false,
      },
    }));
}

export function documents(maxLength: number, isGerman?: fc.Arbitrary<boolean>): fc.Arbitrary<IndexDocument[]> {
  return fc.uniqueArray(document(isGerman), { maxLength, selector: ({ archiveId }) => archiveId });
}

/** A message of which nothing matters but what is given. */
export function mail(
  archiveId: string,
  given: Partial<IndexDocument> & { readonly body?: string } = {},
): IndexDocument {
  const { body, ...rest } = given;
  const summary = {
    date: '2024-01-01T00:00:00.000Z',
    receivedAt: '2024-01-01T00:00:00.000Z',
    from: { address: '' },
    to: [],
    subject: '',
    sizeBytes: 1000,
    hasAttachments: false,
  };
  return {
    archiveId,
    summary,
    sortDate: 0,
    receivedAt: 0,
    flags: 0,
    folders: ['Inbox'],
    sender: '',
    attachmentTypes: [],
    isGerman: false,
    texts: body === undefined ? [] : [{ field: 'body', text: body }],
    ...rest,
  };
}

/** In the order in which a segment numbers them. */
export function inOrder(documents: readonly IndexDocument[]): IndexDocument[] {
  return [...documents].sort((a, b) => b.sortDate - a.sortDate || (a.archiveId < b.archiveId ? -1 : 1));
}

/** Texts of a message in the order of their fields. */
export function textsOf({ texts }: IndexDocument): readonly IndexText[] {
  return [...texts].sort((a, b) => FIELDS[a.field] - FIELDS[b.field]);
}
