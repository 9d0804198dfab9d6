import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valuesOf } from '../../../../shared/search/segments/value-column.ts';
import { subjectKey } from '../../../../shared/search/subject-key.ts';
import { documents, inOrder, mail, textsOf } from './arbitrary-document.ts';
import { indexOf, naiveIndex } from './naive-index.ts';
import { builtOf, opened, openedOf } from './stored-files.ts';

describe('a segment that was written and read', () => {
  test('has every term of every field where it stands, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(documents(12), async (added) => {
        expect(await indexOf(await openedOf(added))).toEqual(naiveIndex(added));
      }),
      { numRuns: 60 },
    );
  });

  test('gives terms in the order of their UTF-8 bytes', async () => {
    await fc.assert(
      fc.asyncProperty(documents(8), async (added) => {
        const segment = await openedOf(added);
        const terms = (await segment.terms({ kind: 'range', prefix: '' }, 1e6)).map(({ term }) => Buffer.from(term));
        expect(terms).toEqual([...terms].sort(Buffer.compare));
      }),
      { numRuns: 30 },
    );
  });

  test('has the columns and ids of every message, newest first', async () => {
    await fc.assert(
      fc.asyncProperty(documents(90), async (added) => {
        const segment = await openedOf(added);
        const sorted = inOrder(added);
        const columns = await segment.columns();
        expect(segment.documentCount).toBe(added.length);
        expect([...columns.sortDates]).toEqual(sorted.map(({ sortDate }) => sortDate));
        expect([...columns.receivedAts]).toEqual(sorted.map(({ receivedAt }) => receivedAt));
        expect([...columns.sizes]).toEqual(sorted.map(({ summary }) => summary.sizeBytes));
        expect([...columns.flags]).toEqual(sorted.map(({ flags }) => flags));
        const numbers = sorted.map((_, number) => number);
        const valuesIn = (column: typeof columns.folders) => numbers.map((number) => valuesOf(column, number));
        expect(valuesIn(columns.folders)).toEqual(sorted.map(({ folders }) => folders));
        expect(valuesIn(columns.senders)).toEqual(sorted.map(({ sender }) => (sender === '' ? [] : [sender])));
        expect(valuesIn(columns.attachmentTypes)).toEqual(sorted.map(({ attachmentTypes }) => attachmentTypes));
        const subjects = await segment.subjectKeys();
        expect(valuesIn(subjects)).toEqual(sorted.map(({ summary }) => [subjectKey(summary.subject)]));
        expect(subjects.values).toEqual([...new Set(subjects.values)].sort());
        const ids = sorted.map(({ archiveId }) => archiveId);
        expect(await segment.archiveIds(numbers.toReversed())).toEqual(ids.toReversed());
        expect(await segment.archiveIds(numbers.slice(0, 3))).toEqual(ids.slice(0, 3));
        const found = await segment.findDocuments([...ids, 'nobody', `1-${'0'.repeat(64)}`]);
        expect(found).toEqual(new Map(ids.map((id, number) => [id, number])));
      }),
      { numRuns: 40 },
    );
  });

  test('has what is shown of messages, in the order asked', async () => {
    await fc.assert(
      fc.asyncProperty(documents(5), async (added) => {
        const segment = await openedOf(added);
        const sorted = inOrder(added).toReversed();
        const messages = await segment.messages(sorted.map((_, n) => sorted.length - 1 - n));
        for (const [n, { archiveId, summary, texts }] of messages.entries()) {
          const document = sorted[n] ?? mail('');
          expect({ archiveId, summary }).toEqual({ archiveId: document.archiveId, summary: document.summary });
          const kept = textsOf(document).filter(({ field, text }) => isKept(field) && text !== '');
          expect(texts.map(({ field }) => field)).toEqual(kept.map(({ field }) => field));
          expect(texts.map(({ attachment }) => attachment)).toEqual(kept.map(({ attachment }) => attachment));
          expect(texts.map((text) => text.opening(1000))).toEqual(kept.map(({ text }) => text.toWellFormed()));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('says in the manifest what it holds', async () => {
    const { facts, index, texts } = await builtOf([
      mail('a', { sortDate: 5, receivedAt: 70, flags: 128 }),
      mail('b', { sortDate: 9, receivedAt: 20, flags: 129 }),
      mail('c', { sortDate: 7, receivedAt: 30, flags: 2 }),
    ]);
    expect(facts).toMatchObject({ documents: 3, sortDates: [5, 9], receivedAts: [20, 70], covered: 2 });
    expect([facts.indexBytes, facts.textBytes]).toEqual([index.length, texts.length]);
  });

  test('counts the words of all texts', async () => {
    const texts = [
      { field: 'body', text: 'one two three' },
      { field: 'subject', text: 'four' },
      { field: 'body', text: 'five' },
    ] as const;
    const { lengths } = await (await openedOf([mail('a', { texts })])).columns();
    expect([...lengths]).toEqual([5]);
  });

  test('may be empty', async () => {
    const segment = await openedOf([]);
    expect(await segment.terms({ kind: 'range', prefix: '' }, 10)).toEqual([]);
    expect(await segment.terms({ kind: 'terms', terms: ['a'] }, 10)).toEqual([]);
    expect(await segment.terms({ kind: 'compound', part: 'haus' }, 10)).toEqual([]);
    expect(await segment.messages([])).toEqual([]);
    expect((await segment.columns()).sortDates.length).toBe(0);
  });

  test('is read alike where it is large and a page at a time', async () => {
    const added = Array.from({ length: 1500 }, (_, n) =>
      mail(`m${n}`, { sortDate: n, body: `the ${'the '.repeat(n % 5)} word${n} ${(n * 7919) % 1000} common${n % 3}` }),
    );
    const files = await builtOf(added);
    expect(files.index.length).toBeGreaterThan(64 * 1024);
    const segment = await opened(files);
    expect(await indexOf(segment)).toEqual(naiveIndex(added));
    const [entry] = await segment.terms({ kind: 'terms', terms: ['the'] }, 1);
    if (!entry) throw new Error('the term is missing');
    for (const some of [[0], [1499], [127, 128], [5, 250, 251, 600]]) {
      const { starts, values } = await segment.positions(entry, 'body', Uint32Array.from(some));
      const expected = naiveIndex(added).get('the body');
      expect(some.map((_, n) => [...values.subarray(starts[n], starts[n + 1])])).toEqual(
        some.map((document) => expected?.get(document)),
      );
    }
  });
});

function isKept(field: string): boolean {
  return field === 'body' || field === 'attachment';
}
