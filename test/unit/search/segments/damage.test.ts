import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { DamagedSegmentError } from '../../../../shared/errors.ts';
import { FIELD_NAMES, PAGE_BYTES } from '../../../../shared/search/segments/format.ts';
import { mergeSegments } from '../../../../shared/search/segments/merge-segments.ts';
import { pageChecksums } from '../../../../shared/search/segments/page-checksums.ts';
import type { Segment } from '../../../../shared/search/segments/segment.ts';
import { mail } from './arbitrary-document.ts';
import { indexOf } from './naive-index.ts';
import { builtOf, opened, type StoredFiles, stored } from './stored-files.ts';

let files: StoredFiles;
let answers: unknown;

beforeAll(async () => {
  const texts = FIELD_NAMES.map((field) => ({ field, text: `${field} Versicherungsnehmer ab abc` }));
  const long = { field: 'body' as const, text: 'word '.repeat(20_000) };
  const more = Array.from({ length: 140 }, (_, n) =>
    mail(`m${n}`, { sortDate: n, body: `ab ab n${n}`, sender: `${n}@x` }),
  );
  files = await builtOf([mail('a', { isGerman: true, texts: [...texts, long], attachmentTypes: ['pdf'] }), ...more]);
  answers = await everything(await opened(files));
});

/** All that a segment can be asked. */
async function everything(segment: Segment): Promise<unknown> {
  const numbers = Array.from({ length: segment.documentCount }, (_, number) => number);
  const ids = await segment.archiveIds(numbers);
  const messages = await segment.messages(numbers);
  return {
    index: await indexOf(segment),
    compounds: (await segment.terms({ kind: 'compound', part: 'nehmer' }, 9)).map(({ term }) => term),
    columns: await segment.columns(),
    subjects: await segment.subjectKeys(),
    ids,
    found: await segment.findDocuments(ids),
    messages: messages.map(({ texts, ...rest }) => ({
      ...rest,
      texts: texts.map((text) => [text.opening(100), text.around(text.firstPosition + 9000, 3, 3)]),
    })),
  };
}

async function answersOf(damaged: StoredFiles): Promise<unknown> {
  try {
    return await everything(await opened(damaged));
  } catch (error) {
    if (error instanceof DamagedSegmentError) return 'damaged';
    throw error;
  }
}

function flipped(bytes: Buffer, at: number, mask: number): Buffer {
  const other = Buffer.from(bytes);
  other[at] = (other[at] ?? 0) ^ mask;
  return other;
}

describe('a damaged segment', () => {
  test('is noticed, whichever byte of its index is another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(files.index.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        expect(await answersOf({ ...files, index: flipped(files.index, at, mask) })).toBe('damaged');
      }),
      { numRuns: 100 },
    );
  });

  test('is noticed, whichever byte of its texts is another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(files.texts.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        expect(await answersOf({ ...files, texts: flipped(files.texts, at, mask) })).toBe('damaged');
      }),
      { numRuns: 100 },
    );
  });

  test('is noticed, however short it was cut, though the manifest says so too', async () => {
    for (const size of [0, 1, 15, 16, 17, 1000, files.index.length - 1]) {
      const index = files.index.subarray(0, size);
      expect(await answersOf({ ...files, index })).toBe('damaged');
      expect(await answersOf({ ...files, index, facts: { ...files.facts, indexBytes: size } })).toBe('damaged');
    }
    for (const size of [0, 1, 27, 28, 1000, files.texts.length - 1]) {
      const texts = files.texts.subarray(0, size);
      expect(await answersOf({ ...files, texts, facts: { ...files.facts, textBytes: size } })).toBe('damaged');
    }
  });

  test('is noticed where its files are of two segments', async () => {
    const other = await builtOf([mail('a', { body: 'other' })]);
    expect(
      await answersOf({ ...files, index: other.index, facts: { ...files.facts, indexBytes: other.index.length } }),
    ).toBe('damaged');
    expect(
      await answersOf({ ...files, texts: other.texts, facts: { ...files.facts, textBytes: other.texts.length } }),
    ).toBe('damaged');
  });

  test('answers as before where the damage is in what is not read', async () => {
    const segment = await opened({ ...files, texts: flipped(files.texts, 3, 1) });
    expect(await indexOf(segment)).toEqual((await fieldsOf(answers)).index);
  });

  test.each([
    { what: 'its body', from: 0, to: (index: Buffer) => index.length - endBytes(index) },
    { what: 'its end', from: (index: Buffer) => index.length - endBytes(index), to: (index: Buffer) => index.length },
  ])('neither hangs nor reads beyond where the checksums agree with nonsense in $what', async ({ from, to }) => {
    const first = typeof from === 'number' ? from : from(files.index);
    const places = fc.integer({ min: first, max: to(files.index) - 1 });
    const changes = fc.array(fc.tuple(places, fc.constantFrom(0, 1, 127, 128, 255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async (writes) => {
        const index = Buffer.from(files.index);
        for (const [at, value] of writes) index[at] = value;
        const nonsense = resealed({ ...files, index });
        await answersOrWrong(nonsense, async (segment) => void (await everything(segment)));
        await answersOrWrong(nonsense, async (segment) => void (await stored(await mergeSegments([segment]))));
      }),
      { numRuns: 100 },
    );
  });
});

/** With checksums that agree with whatever is there. */
function resealed({ index, facts, ...rest }: StoredFiles): StoredFiles {
  const length = endBytes(index);
  if (length > index.length) return { index, facts, ...rest };
  const body = index.subarray(0, index.length - length);
  const pages = Math.ceil(body.length / PAGE_BYTES);
  if (pages * 4 + 16 <= length) {
    for (const [page, sum] of pageChecksums([body]).entries())
      index.writeUInt32LE(sum, index.length - 16 - (pages - page) * 4);
  }
  const end = index.subarray(index.length - length);
  return { index, facts: { ...facts, endChecksum: crc32(end) }, ...rest };
}

function endBytes(index: Buffer): number {
  return index.readUInt32LE(index.length - 16);
}

/** Nonsense may be answered, or found damaged; the promises that `indexOf` checks may be broken. */
async function answersOrWrong(nonsense: StoredFiles, ask: (segment: Segment) => Promise<void>): Promise<void> {
  try {
    await ask(await opened(nonsense));
  } catch (error) {
    const isExpected =
      error instanceof DamagedSegmentError ||
      (error instanceof Error && /^\d+ messages promised|^frequency of/.test(error.message));
    if (!isExpected) throw error;
  }
}

async function fieldsOf(answers: unknown): Promise<{ readonly index?: unknown }> {
  return typeof answers === 'object' && answers !== null ? answers : {};
}
