import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_SEGMENT_BYTES,
  planMerges,
  SEGMENTS_PER_TIER,
  type SegmentSize,
} from '../../../../../shared/usecases/search/index/plan-merges.ts';

let made = 0;
const segment = (indexBytes: number, more: Partial<SegmentSize> = {}): SegmentSize => {
  made += 1;
  return { segmentId: `s-${made}`, tokeniser: 1, documents: 100, indexBytes, sortDates: [made, made], ...more };
};
const times = (count: number, indexBytes: number, more?: Partial<SegmentSize>) =>
  Array.from({ length: count }, () => segment(indexBytes, more));
const changes = (removed: number) => ({ name: 'c', bytes: 1, checksum: 1, removed });
const MiB = 1024 * 1024;

/** Merges as runs do, where common words make what is merged smaller; answers what was written, and what is left. */
function simulate(batches: number, bytes: number, shrinking: number) {
  let segments: readonly SegmentSize[] = [];
  let written = 0;
  let most = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    segments = [...segments, segment(bytes)];
    written += bytes;
    for (let [group] = planMerges(segments); group; [group] = planMerges(segments)) {
      const size = group.reduce((sum, { indexBytes }) => sum + indexBytes, 0);
      const merged = segment(size * (size < 4 * MiB ? shrinking : 1));
      written += merged.indexBytes;
      segments = [...segments.filter((one) => !group.includes(one)), merged];
    }
    most = Math.max(most, segments.length);
  }
  return { most, amplification: written / segments.reduce((sum, { indexBytes }) => sum + indexBytes, 0) };
}

describe('planMerges', () => {
  test.each([
    { name: 'nothing of nothing', segments: [], groups: [] },
    { name: 'nothing of a few', segments: times(SEGMENTS_PER_TIER - 1, 20_000), groups: [] },
    { name: 'ten of a size', segments: times(10, 20_000), groups: [10] },
    {
      name: 'ten small ones, not the large one beside',
      segments: [...times(10, 20_000), segment(9 * MiB)],
      groups: [10],
    },
    { name: 'no ten of different sizes', segments: [...times(5, 20_000), ...times(5, 9 * MiB)], groups: [] },
    { name: 'two tens as two', segments: times(20, 20_000), groups: [10, 10] },
    { name: 'no more than a segment may have', segments: times(10, 20 * MiB), groups: [3, 3, 3] },
    { name: 'no full ones', segments: times(12, MAX_SEGMENT_BYTES - 1), groups: [] },
    {
      name: 'one of which much is removed, alone',
      segments: [segment(50 * MiB, { changes: changes(30) })],
      groups: [1],
    },
    { name: 'not for a few that are removed', segments: [segment(50 * MiB, { changes: changes(3) })], groups: [] },
    { name: 'one of which nothing is left', segments: [segment(1_000, { changes: changes(100) })], groups: [1] },
    {
      name: 'none of different tokenisers',
      segments: [...times(9, 20_000), segment(20_000, { tokeniser: 2 })],
      groups: [],
    },
    { name: 'nothing that a reindex replaces', segments: times(20, 20_000, { isStale: true }), groups: [] },
  ])('plans $name', ({ segments, groups }) => {
    expect(planMerges(segments).map((group) => group.length)).toEqual(groups);
  });

  test('puts together what was sent at the same time', () => {
    const segments = times(20, 20_000).map((one, n) => ({ ...one, sortDates: [(n * 7) % 20, (n * 7) % 20] as const }));
    const [first] = planMerges(segments);
    expect(first?.map(({ sortDates }) => sortDates[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('never takes a segment twice, nor more than a segment may have, whatever there is', () => {
    const anySegment = fc.record({ bytes: fc.nat(MAX_SEGMENT_BYTES), removed: fc.nat(100), isStale: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anySegment, { maxLength: 60 }), (sizes) => {
        const segments = sizes.map(({ bytes, removed, isStale }) =>
          segment(bytes, { changes: changes(removed), ...(isStale ? { isStale: true as const } : {}) }),
        );
        const groups = planMerges(segments);
        const taken = groups.flat();
        expect(new Set(taken).size).toBe(taken.length);
        for (const group of groups) {
          const live = group.reduce(
            (sum, { indexBytes, changes: c }) => sum + indexBytes * (1 - (c?.removed ?? 0) / 100),
            0,
          );
          expect(live).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
        }
      }),
    );
  });

  test.each([
    { name: 'single messages', batches: 20_000, bytes: 3_000 },
    { name: 'batches of ten', batches: 5_000, bytes: 25_000 },
    { name: 'batches of ten, a little larger', batches: 3_000, bytes: 60_000 },
    { name: 'batches of a hundred', batches: 2_000, bytes: 200_000 },
  ])('writes little more than the index and keeps few segments, of $name', ({ batches, bytes }) => {
    const { most, amplification } = simulate(batches, bytes, 0.85);
    expect(amplification).toBeLessThan(6.5);
    expect(most).toBeLessThanOrEqual(50);
  });
});
