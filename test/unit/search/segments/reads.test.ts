import { describe, expect, test } from 'vitest';
import { memoryBytes } from '../../../../shared/search/segments/memory-bytes.ts';
import { openSegment } from '../../../../shared/search/segments/open-segment.ts';
import type { SegmentBytes } from '../../../../shared/search/segments/segment.ts';
import { mail } from './arbitrary-document.ts';
import { builtOf } from './stored-files.ts';

function counted(bytes: Buffer): SegmentBytes & { readonly ranges: [number, number][] } {
  const ranges: [number, number][] = [];
  const { sizeBytes, read } = memoryBytes(bytes);
  return {
    sizeBytes,
    ranges,
    read(start, end) {
      ranges.push([start, end]);
      return read(start, end);
    },
  };
}

async function openedWith(count: number) {
  const documents = Array.from({ length: count }, (_, n) =>
    mail(`m${n}`, { sortDate: n, body: `the common w${n} x${n * 31} y${n * 17}` }),
  );
  const files = await builtOf(documents);
  const [index, texts] = [counted(files.index), counted(files.texts)];
  return { index, texts, segment: await openSegment(index, texts, files.facts) };
}

describe('what is read of a stored segment', () => {
  test('is a small index at once, and never again', async () => {
    const { index, texts, segment } = await openedWith(20);
    const [entry] = await segment.terms({ kind: 'terms', terms: ['common'] }, 1);
    await segment.columns();
    if (entry) await segment.postings(entry, 'body');
    expect(index.ranges).toEqual([[0, index.sizeBytes]]);
    expect(texts.ranges).toEqual([]);
  });

  test('is the end of a large one, then the page that is wanted, then the bytes that are wanted', async () => {
    const { index, segment } = await openedWith(6000);
    expect(index.ranges).toHaveLength(1);
    for (const term of ['w100', 'w101']) {
      const [entry] = await segment.terms({ kind: 'terms', terms: [term] }, 1);
      expect(entry?.fields).toHaveLength(1);
    }
    const [, page, block] = index.ranges.map(([start, end]) => end - start);
    expect(page).toBeLessThanOrEqual(2 * 65_536);
    expect(page).toBeGreaterThan(60_000);
    expect(block).toBeLessThan(5000);
    const before = index.ranges.length;
    const [rare] = await segment.terms({ kind: 'terms', terms: ['w100'] }, 1);
    if (rare) expect((await segment.postings(rare, 'body'))?.documents.length).toBe(1);
    expect(index.ranges.length).toBe(before + 1);
  });

  test('is of the texts what a message takes, beside where to find it', async () => {
    const { texts, segment } = await openedWith(6000);
    await segment.messages([17]);
    const before = texts.ranges.length;
    await segment.messages([18]);
    const [row, chunk] = texts.ranges.slice(before).map(([start, end]) => end - start);
    expect(row).toBe(20);
    expect(chunk).toBeLessThan(400);
  });

  test('is one range of the texts for messages that lie side by side', async () => {
    const { texts, segment } = await openedWith(6000);
    await segment.messages([17]);
    const before = texts.ranges.length;
    const numbers = Array.from({ length: 50 }, (_, n) => 100 + 49 - n);
    expect((await segment.messages(numbers)).map(({ archiveId }) => archiveId)).toEqual(
      numbers.map((number) => `m${5999 - number}`),
    );
    expect(texts.ranges.length).toBe(before + 2);
  });
});
